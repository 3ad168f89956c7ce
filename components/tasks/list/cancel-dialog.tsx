"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";

import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useErrorText } from "#components/layout/use-error-text.ts";
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
  const errorText = useErrorText();
  const cancel = useMutation({
    mutationFn: () => api.post<unknown>(`/tasks/${task.id}/cancel`),
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
        cancel.reset();
        onOpenChange(isOpen);
      }}
      title={t("title", { name: task.name })}
      description={t(task.status === "running" ? "running" : "queued")}
      confirmLabel={t("confirm")}
      pending={cancel.isPending}
      error={cancel.error ? errorText(cancel.error) : null}
      onConfirm={() => cancel.mutate()}
    />
  );
}
