"use client";

import { useTranslations } from "next-intl";
import Link from "next/link";

import { useTestState } from "#components/outputs/use-test-words.ts";
import { useFigures } from "#components/tasks/use-figures.ts";
import { cn } from "#components/ui/cn.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StatusIcon } from "#components/ui/status-icon.tsx";
import type { OutputSummary } from "#lib/outputs/view.ts";

/** How many tasks there are, leading to them. */
export function TaskLink({ output }: { output: OutputSummary }) {
  const t = useTranslations("outputs");
  if (output.taskCount === 0) return <span className="text-subtle">{t("noTasks")}</span>;
  return (
    <Link
      href={`/tasks?output=${encodeURIComponent(output.id)}`}
      className="text-accent-fg underline-offset-3 hover:underline"
    >
      {t("tasks", { count: output.taskCount })}
    </Link>
  );
}

/** "98.2 % of 120 in 7 days", rounded down: never 100 % while one is missing. */
export function CallbackRate({ output }: { output: OutputSummary }) {
  const t = useTranslations("outputs");
  const figures = useFigures();
  if (output.callbackUrl === null) return <span className="text-subtle">{t("callbackNone")}</span>;
  const { delivered, dead } = output.callbackRate;
  const total = delivered + dead;
  if (total === 0) return <span className="text-subtle">{t("callbackQuiet")}</span>;
  const rounded = Math.floor((delivered / total) * 1_000) / 10;
  const percent = figures.number(rounded, Number.isInteger(rounded) ? 0 : 1);
  return <span className={cn(dead > 0 && "text-partial-fg")}>{t("callbackRate", { percent, total })}</span>;
}

/** The last test's result and time. */
export function LastTest({ output }: { output: OutputSummary }) {
  const { status, text } = useTestState()(output.lastTest, output.type === "local");
  if (status === null || output.lastTest === null) return <span className="text-subtle">{text}</span>;
  return (
    <span className="flex min-w-0 items-start gap-2">
      <StatusIcon status={status} className="mt-0.5 flex-none" />
      <span className="min-w-0">
        <span
          className={cn(
            "block truncate",
            status === "failed" && "text-failed-fg",
            status === "partial" && "text-partial-fg",
          )}
        >
          {text}
        </span>
        <RelativeTime iso={output.lastTest.at} className="block text-xs text-subtle" />
      </span>
    </span>
  );
}
