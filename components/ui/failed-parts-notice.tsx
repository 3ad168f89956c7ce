"use client";

import { useTranslations } from "next-intl";
import { useState, useSyncExternalStore } from "react";

import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { countFailedParts, retryFailedParts, subscribeFailedParts } from "#components/ui/failed-parts.ts";

/** While code that somebody has asked for could not be fetched: says so, and fetches it again. Mount once. */
export function FailedPartsNotice() {
  const t = useTranslations("common.part");
  const count = useSyncExternalStore(subscribeFailedParts, countFailedParts, () => 0);
  const [isPending, setIsPending] = useState(false);
  if (count === 0) return null;

  async function retry() {
    setIsPending(true);
    await retryFailedParts();
    setIsPending(false);
  }

  return (
    <div className="fixed inset-x-4 bottom-4 z-60 mx-auto max-w-[560px] rounded-lg bg-surface shadow-3">
      <Banner
        role="alert"
        action={
          <Button size="sm" pending={isPending} onClick={() => void retry()}>
            {t("action")}
          </Button>
        }
      >
        {t("failed")}
      </Banner>
    </div>
  );
}
