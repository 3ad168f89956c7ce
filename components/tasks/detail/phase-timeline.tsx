"use client";

import { useTranslations } from "next-intl";

import type { TimelineStep } from "#components/tasks/detail/task-timeline.ts";
import { useFigures } from "#components/tasks/use-figures.ts";
import { cn } from "#components/ui/cn.ts";

const BAR = { done: "bg-done", now: "bg-running", failed: "bg-done", waiting: "bg-track" } as const;
const WORD = {
  done: "text-muted",
  now: "text-running-fg",
  failed: "text-failed-fg",
  waiting: "text-subtle",
} as const;
const HATCH = "bg-[repeating-linear-gradient(135deg,var(--failed)_0_2px,var(--surface)_2px_4px)]";

type PhaseTimelineProps = {
  steps: readonly TimelineStep[];
  /** How far the running step is; null when that is not measured. */
  percent: number | null;
};

/** The steps side by side, their width by how long they took; below each other on a phone. */
export function PhaseTimeline({ steps, percent }: PhaseTimelineProps) {
  const t = useTranslations("detail.phases");
  const figures = useFigures();
  const words = (step: TimelineStep) =>
    step.seconds === null || step.state === "waiting"
      ? "–"
      : step.state === "now"
        ? t("soFar", { time: figures.duration(Math.floor(step.seconds)) })
        : figures.duration(step.seconds);
  return (
    <ol aria-label={t("label")} className="flex gap-[3px] max-md:flex-col max-md:gap-2">
      {steps.map((step) => (
        <li
          key={step.name}
          style={{ flex: `${share(step)} 1 64px` }}
          aria-current={step.state === "now" ? "step" : undefined}
          className="min-w-0 max-md:flex max-md:flex-none! max-md:items-center max-md:gap-2"
        >
          <span
            className={cn(
              "block overflow-hidden rounded-xs max-md:h-5 max-md:w-1.5 md:h-1.5",
              step.state === "now" && percent !== null ? "bg-track" : BAR[step.state],
              step.state === "failed" && HATCH,
            )}
          >
            {step.state === "now" && percent !== null && (
              <span
                className="block size-full bg-running transition-[width] duration-(--dur-live) ease-linear max-md:w-full!"
                style={{ width: `${percent}%` }}
              />
            )}
          </span>
          <span
            className={cn(
              "block truncate font-medium max-md:font-normal md:mt-2 md:text-xs",
              WORD[step.state],
            )}
          >
            {t(step.name)}
          </span>
          <span className="block truncate text-subtle max-md:ms-auto md:text-xs">{words(step)}</span>
        </li>
      ))}
    </ol>
  );
}

/** Long steps get more room, on a root scale so that short ones stay readable. */
function share(step: TimelineStep): number {
  if (step.state === "now") return Math.max(8, Math.sqrt(step.seconds ?? 0) * 2);
  return Math.max(2, Math.min(40, Math.sqrt(step.seconds ?? 4) * 2));
}
