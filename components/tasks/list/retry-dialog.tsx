"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { retryBody, retryChoice } from "#components/tasks/retry-choice.ts";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
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
  const errorText = useErrorText();
  const choice = retryChoice(task);
  const count = choice?.jobs.length ?? 0;
  const retry = useMutation({
    mutationFn: () => api.post<unknown>(`/tasks/${task.id}/retry`, choice === null ? {} : retryBody(choice)),
    onSuccess: () => {
      onOpenChange(false);
      toast.add({ type: "succeeded", title: t("done", { name: task.name }) });
      onDone(task.id);
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(isOpen) => {
        retry.reset();
        onOpenChange(isOpen);
      }}
      tone="primary"
      title={t("title", { name: task.name })}
      description={
        <>
          {t("body", { count })} {(choice?.kept ?? 0) > 0 && t("kept", { count: choice?.kept ?? 0 })}
        </>
      }
      confirmLabel={t("confirm", { count })}
      pending={retry.isPending}
      error={retry.error ? errorText(retry.error) : null}
      onConfirm={() => retry.mutate()}
    />
  );
}
