"use client";

import { CircleAlert } from "lucide-react";
import { useTranslations } from "next-intl";

import { Button, ButtonLink } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { isChunkError } from "#components/ui/or-retry.tsx";

type PageErrorProps = {
  error: Error & { digest?: string };
  /** Reads the page from the server again. */
  retry: () => void;
};

/** A page whose rendering failed: what happened, the id that the server's log has, and two ways on. */
export function PageError({ error, retry }: PageErrorProps) {
  const t = useTranslations("common.pageError");
  const tPart = useTranslations("common.part");
  const isChunk = isChunkError(error);
  return (
    <div role="alert" className="grid min-h-[60dvh] flex-1 place-items-center">
      <EmptyState
        icon={<CircleAlert size={20} aria-hidden />}
        headingLevel={1}
        title={t("title")}
        action={
          <>
            <Button variant="primary" onClick={isChunk ? () => window.location.reload() : retry}>
              {t("action")}
            </Button>
            <ButtonLink href="/tasks">{t("home")}</ButtonLink>
          </>
        }
      >
        <p>{isChunk ? tPart("failed") : t("body")}</p>
        {error.digest && (
          <p className="mt-1 font-mono text-xs text-subtle">{t("code", { id: error.digest })}</p>
        )}
      </EmptyState>
    </div>
  );
}
