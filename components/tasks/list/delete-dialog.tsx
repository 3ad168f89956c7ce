"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";

import type { TaskActionDialogProps } from "#components/tasks/list/cancel-dialog.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useErrorText } from "#components/layout/use-error-text.ts";
import { api } from "#lib/http/api-client.ts";

/** Asks, then deletes one task, and its files only when asked to. */
export function DeleteDialog({ task, open, onOpenChange, onDone }: TaskActionDialogProps) {
  const t = useTranslations("tasks.delete");
  const errorText = useErrorText();
  const [withFiles, setWithFiles] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.delete(`/tasks/${task.id}`, { query: { files: withFiles || undefined } }),
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
        remove.reset();
        onOpenChange(isOpen);
      }}
      title={t("title", { name: task.name })}
      description={t("body")}
      confirmLabel={t(withFiles ? "confirmFiles" : "confirm")}
      pending={remove.isPending}
      error={remove.error ? errorText(remove.error) : null}
      onConfirm={() => remove.mutate()}
    >
      <FilesChoice
        label={t("files", { output: task.output.name })}
        hint={t("filesHint")}
        checked={withFiles}
        onChange={setWithFiles}
      />
    </ConfirmDialog>
  );
}

type FilesChoiceProps = {
  label: string;
  hint: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
};

/** The question whether published files go, too. Off unless someone says so. */
export function FilesChoice({ label, hint, checked, onChange }: FilesChoiceProps) {
  return (
    <label className="flex min-h-6 items-start gap-2">
      <input
        type="checkbox"
        className="check mt-0.5"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        <span className="block">{label}</span>
        <span className="block text-xs text-subtle">{hint}</span>
      </span>
    </label>
  );
}
