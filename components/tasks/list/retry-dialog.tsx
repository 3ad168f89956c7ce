"use client";

import { useTranslations } from "next-intl";

import { retryBody, retryChoice } from "#components/tasks/retry-choice.ts";
import { useTaskAction } from "#components/tasks/list/use-task-action.ts";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { api } from "#lib/http/api-client.ts";
import type { TaskListItem } from "#lib/tasks/view.ts";

type RetryDialogProps = {
  task: TaskListItem;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** After it was done. */
  onDone: (id: string) => void;
};

/** Says what runs again and what stays, then does it. A refusal stays in the dialog. */
export function RetryDialog({ task, open, onOpenChange, onDone }: RetryDialogProps) {
  const t = useTranslations("tasks.retry");
  const choice = retryChoice(task);
  const count = choice?.jobs.length ?? 0;
  const action = useTaskAction({
    task,
    run: () => api.post<unknown>(`/tasks/${task.id}/retry`, choice === null ? {} : retryBody(choice)),
    done: t("done", { name: task.name }),
    onOpenChange,
    onDone,
  });
  return (
    <ConfirmDialog
      open={open}
      tone="primary"
      title={t("title", { name: task.name })}
      description={
        <>
          {t("body", { count })} {(choice?.kept ?? 0) > 0 && t("kept", { count: choice?.kept ?? 0 })}
        </>
      }
      confirmLabel={t("confirm", { count })}
      {...action}
    />
  );
}
