"use client";

import { useTranslations } from "next-intl";

import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { useNow } from "#components/ui/now.tsx";
import { useErrorText } from "#components/layout/use-error-text.ts";
import { useUnits } from "#components/ui/use-units.ts";

type StaleBannerProps = { error: Error; hasRows: boolean; updatedAt: number; onRetry: () => void };

/** Reading failed: the last rows stay below it, with their age. */
export function StaleBanner({ error, hasRows, updatedAt, onRetry }: StaleBannerProps) {
  const t = useTranslations("tasks.error");
  const errorText = useErrorText();
  const units = useUnits();
  const now = useNow();
  const detail = errorText(error);
  return (
    <div className="px-4 pb-3 lg:px-6">
      <Banner
        tone={hasRows ? "partial" : "failed"}
        role="alert"
        action={
          <Button size="sm" onClick={onRetry}>
            {t("retry")}
          </Button>
        }
      >
        {hasRows
          ? t("stale", { time: units.span(Math.max(0, (now - updatedAt) / 1000)), detail })
          : t("load", { detail })}
      </Banner>
    </div>
  );
}
