"use client";

import { Pause, Play } from "lucide-react";
import { useTranslations } from "next-intl";

import type { LiveState } from "#components/live/live-provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { useNow } from "#components/ui/now.tsx";
import { useUnits } from "#components/ui/use-units.ts";

type LiveStatusProps = { state: LiveState; updatedAt: number; className?: string };

/** Whether what is shown is what is. */
export function LiveStatus({ state, updatedAt, className }: LiveStatusProps) {
  const t = useTranslations("tasks.live");
  const units = useUnits();
  const now = useNow();
  const time = units.span(Math.max(0, (now - updatedAt) / 1000));
  const isOld = state === "reconnecting" || state === "paused";
  return (
    <span className={cn("inline-flex items-center gap-1.5 text-xs whitespace-nowrap text-subtle", className)}>
      <span
        aria-hidden
        className={cn(
          "live-dot",
          state !== "live" && "animate-none bg-canceled",
          state === "reconnecting" && "bg-partial",
        )}
      />
      <span role="status" className="sr-only">
        {t(state)}
      </span>
      <span aria-hidden>{isOld ? t("wordAndAge", { word: t(state), time }) : t(state)}</span>
    </span>
  );
}

/** Stops rows from changing under one's eyes, and lets them go on. */
export function PauseButton({
  isPaused,
  onChange,
}: {
  isPaused: boolean;
  onChange: (isPaused: boolean) => void;
}) {
  const t = useTranslations("tasks.live");
  const label = t(isPaused ? "resume" : "pause");
  return (
    <Button
      variant="ghost"
      size="sm"
      iconOnly
      aria-label={label}
      title={label}
      onClick={() => onChange(!isPaused)}
    >
      {isPaused ? <Play size={16} aria-hidden /> : <Pause size={16} aria-hidden />}
    </Button>
  );
}
