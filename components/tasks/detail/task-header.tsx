"use client";

import { useTranslations } from "next-intl";

import { BackToTasks } from "#components/tasks/back-to-tasks.tsx";
import { TaskActions } from "#components/tasks/detail/task-actions.tsx";
import type { Retry } from "#components/tasks/detail/use-retry.ts";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StatusChip } from "#components/ui/status-chip.tsx";
import { Thumbnail } from "#components/ui/thumbnail.tsx";
import type { Role } from "#lib/context.ts";
import type { TaskView } from "#lib/tasks/view.ts";

/** Whose task it is, how it stands, and what can be done with it. */
export function TaskHeader({ task, role, retry }: { task: TaskView; role: Role; retry: Retry }) {
  const t = useTranslations("detail");
  return (
    <div className="px-4 pt-4 lg:px-6 lg:pt-5">
      <BackToTasks />
      <div className="flex flex-wrap items-start gap-4">
        <div className="flex min-w-0 flex-1 basis-80 gap-4">
          <Thumbnail src={task.thumbnailUrl} className="mt-1 h-[42px] w-[72px] rounded-md" />
          <div className="min-w-0">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h1 className="text-lg font-semibold break-all">{task.name}</h1>
              <StatusChip status={task.status} percent={task.progress}>
                <StatusWords task={task} />
              </StatusChip>
            </div>
            <p className="mt-0.5 flex min-h-6 flex-wrap items-center gap-x-2 text-xs text-subtle">
              <span className="inline-flex items-center gap-1 font-mono tracking-[-0.01em] break-all">
                {task.id}
                <CopyButton text={task.id} size={24} />
              </span>
              <span aria-hidden className="max-md:hidden">
                ·
              </span>
              <span>{t(`createdBy.${task.createdBy.kind}`, { name: task.createdBy.name })}</span>
              <span aria-hidden className="max-md:hidden">
                ·
              </span>
              <RelativeTime iso={task.createdAt} focusable />
            </p>
          </div>
        </div>
        <TaskActions task={task} role={role} retry={retry} />
      </div>
    </div>
  );
}

function StatusWords({ task }: { task: TaskView }) {
  const t = useTranslations("detail");
  const common = useTranslations("common.status");
  if (task.status !== "partial") return common(task.status);
  const done = task.jobs.filter((job) => job.status === "succeeded").length;
  return t("partialOf", { done, total: task.jobs.length });
}
