"use client";

import { useTranslations } from "next-intl";

import { useFigures } from "#components/tasks/use-figures.ts";
import { useNow } from "#components/ui/now.tsx";
import { StatusIcon } from "#components/ui/status-icon.tsx";
import type { Status } from "#components/ui/status.ts";
import type { DeliveryProblem, DeliveryState } from "#lib/webhooks/status.ts";
import type { DeliveryView } from "#lib/webhooks/view.ts";

const LOOK = {
  pending: "queued",
  delivered: "succeeded",
  failed: "partial",
  dead: "failed",
} as const satisfies Record<DeliveryState, Status>;

/** A delivery's state: picture and word. */
export function DeliveryStateLabel({ state }: { state: DeliveryState }) {
  const t = useTranslations("webhooks.state");
  return (
    <span className="flex min-w-0 items-center gap-2">
      <StatusIcon status={LOOK[state]} />
      <span className="truncate">{t(state)}</span>
    </span>
  );
}

/** "404", or why there was no answer. */
export function useOutcomeWords(): (outcome: {
  status: number | null;
  error: DeliveryProblem | null;
}) => string {
  const t = useTranslations("webhooks.problem");
  return ({ status, error }) => (status === null ? (error === null ? "–" : t(error)) : String(status));
}

/** "12 ms" below a second, then "1.2 s". */
export function useLatencyWords(): (milliseconds: number) => string {
  const t = useTranslations("webhooks");
  const figures = useFigures();
  return (milliseconds) =>
    milliseconds < 1000
      ? t("milliseconds", { count: figures.number(milliseconds) })
      : figures.duration(milliseconds / 1000);
}

/** When the next request is due. */
export function NextAttempt({ delivery }: { delivery: DeliveryView }) {
  const t = useTranslations("webhooks.next");
  const now = useNow();
  if (delivery.nextAttemptAt === null) return <>–</>;
  if (delivery.isPaused) return <>{t("paused")}</>;
  const seconds = Math.round((Date.parse(delivery.nextAttemptAt) - now) / 1000);
  if (seconds <= 5) return <>{t("now")}</>;
  if (seconds < 90) return <>{t("seconds", { count: seconds })}</>;
  if (seconds < 5_400) return <>{t("minutes", { count: Math.round(seconds / 60) })}</>;
  return <>{t("hours", { count: Math.round(seconds / 3600) })}</>;
}
