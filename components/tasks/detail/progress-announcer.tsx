"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";

import { isSettled } from "#lib/tasks/status.ts";
import type { TaskView } from "#lib/tasks/view.ts";

/** Says every ten percent and every change of state to a screen reader, and writes the percentage into the tab's title. */
export function ProgressAnnouncer({ task }: { task: TaskView }) {
  const t = useTranslations("detail.announce");
  const common = useTranslations("common");
  const percent = task.progress === null ? null : Math.floor(task.progress);
  const isRunning = task.status === "running";
  const title =
    isRunning && percent !== null ? `${percent} % ${task.name}` : `${task.name} · ${common("product")}`;
  useEffect(() => {
    document.title = title;
  }, [title]);

  const tens = percent === null ? null : Math.floor(percent / 10) * 10;
  const sentence =
    isSettled(task.status) || task.status === "queued"
      ? common(`status.${task.status}`)
      : t("running", {
          phase: task.phase === null ? common("status.running") : common(`phase.${task.phase}`),
          percent: tens ?? 0,
        });
  return (
    <p role="status" className="sr-only">
      {sentence}
    </p>
  );
}
