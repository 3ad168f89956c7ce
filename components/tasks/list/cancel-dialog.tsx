"use client";

import { useTranslations } from "next-intl";

import { useTaskAction } from "#components/tasks/list/use-task-action.ts";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { api } from "#lib/http/api-client.ts";
import type { TaskStatus } from "#lib/tasks/status.ts";

export type TaskActionDialogProps = {
  task: { id: string; name: string; status: TaskStatus; output: { name: string } };
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** After it was done. */
  onDone: (id: string) => void;
};

/** Asks, then cancels one task. A failure stays in the dialog. */
export function CancelDialog({ task, open, onOpenChange, onDone }: TaskActionDialogProps) {
  const t = useTranslations("tasks.cancel");
  const action = useTaskAction({
    task,
    run: () => api.post<unknown>(`/tasks/${task.id}/cancel`),
    done: t("done", { name: task.name }),
    onOpenChange,
    onDone,
  });
  return (
    <ConfirmDialog
      open={open}
      title={t("title", { name: task.name })}
      description={t(task.status === "running" ? "running" : "queued")}
      confirmLabel={t("confirm")}
      {...action}
    />
  );
}
