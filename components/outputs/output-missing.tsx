"use client";

import { SearchX } from "lucide-react";
import { useTranslations } from "next-intl";

import { ButtonLink } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

/** An Output that is not, or no longer, there. */
export function OutputMissing() {
  const t = useTranslations("outputs.missing");
  return (
    <EmptyState
      icon={<SearchX size={20} aria-hidden />}
      headingLevel={1}
      title={<span role="alert">{t("title")}</span>}
      action={
        <ButtonLink href="/outputs" variant="primary">
          {t("action")}
        </ButtonLink>
      }
    >
      {t("body")}
    </EmptyState>
  );
}
