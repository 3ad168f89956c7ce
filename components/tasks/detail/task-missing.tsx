"use client";

import { SearchX } from "lucide-react";
import { useTranslations } from "next-intl";

import { ButtonLink } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

/** A task that is not, or no longer, there. */
export function TaskMissing() {
  const t = useTranslations("detail.missing");
  const detail = useTranslations("detail");
  return (
    <>
      <h1 className="sr-only">{detail("backToTasks")}</h1>
      <EmptyState
        icon={<SearchX size={20} aria-hidden />}
        title={<span role="alert">{t("title")}</span>}
        action={
          <ButtonLink href="/tasks" variant="primary">
            {t("action")}
          </ButtonLink>
        }
      >
        {t("body")}
      </EmptyState>
    </>
  );
}
