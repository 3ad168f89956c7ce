"use client";

import { useFormatter, useTranslations } from "next-intl";

import { taskAttempts, type Attempt } from "#components/tasks/detail/task-attempts.ts";
import { useFigures } from "#components/tasks/use-figures.ts";
import type { TaskView } from "#lib/tasks/view.ts";

/** The runs of a task that had more than one: when, where, and how each ended. Nothing for the others. */
export function AttemptList({ task, now }: { task: TaskView; now: number }) {
  const t = useTranslations("detail.attempts");
  const attempts = taskAttempts(task.events);
  if (attempts.length < 2) return null;
  return (
    <section className="mt-5 border-t border-border pt-3">
      <h3 className="text-xs font-medium text-subtle">{t("label")}</h3>
      <ol className="mt-1">
        {attempts.map((attempt) => (
          <AttemptRow key={attempt.id} attempt={attempt} now={now} />
        ))}
      </ol>
    </section>
  );
}

function AttemptRow({ attempt, now }: { attempt: Attempt; now: number }) {
  const t = useTranslations("detail.attempts");
  const format = useFormatter();
  const figures = useFigures();
  const from = new Date(attempt.from);
  const until = attempt.until === null ? now : new Date(attempt.until).getTime();
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 py-1">
      <span className="w-24 flex-none font-medium">{t("attempt", { attempt: attempt.attempt })}</span>
      <span className="min-w-0 flex-1 basis-48">
        <AttemptEnd attempt={attempt} />
        {attempt.retriedBy !== null && (
          <span className="text-subtle"> · {t("retriedBy", { name: attempt.retriedBy })}</span>
        )}
      </span>
      <span className="text-xs text-subtle">
        {attempt.worker} ·{" "}
        <time
          dateTime={attempt.from}
          title={format.dateTime(from, { dateStyle: "medium", timeStyle: "medium" })}
        >
          {format.dateTime(from, { timeStyle: "medium", timeZone: "UTC", hour12: false })} UTC
        </time>{" "}
        · {figures.duration(Math.max(0, until - from.getTime()) / 1000)}
      </span>
    </li>
  );
}

const REASONS = ["shutdown", "worker_lost", "disk_full", "retry", "restored"] as const;

function AttemptEnd({ attempt }: { attempt: Attempt }) {
  const t = useTranslations("detail.attempts");
  const common = useTranslations("common.status");
  if (attempt.end === null) return <span className="text-running-fg">{common("running")}</span>;
  if (attempt.end !== "returned")
    return (
      <span className={attempt.end === "failed" ? "text-failed-fg" : undefined}>{common(attempt.end)}</span>
    );
  const reason = REASONS.find((known) => known === attempt.reason) ?? "retry";
  return t(`returned.${reason}`);
}
