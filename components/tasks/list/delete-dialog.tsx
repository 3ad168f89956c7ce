"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";

import type { TaskActionDialogProps } from "#components/tasks/list/cancel-dialog.tsx";
import { useTaskAction } from "#components/tasks/list/use-task-action.ts";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { api } from "#lib/http/api-client.ts";

/** Asks, then deletes one task, and its files only when asked to. */
export function DeleteDialog({ task, open, onOpenChange, onDone }: TaskActionDialogProps) {
  const t = useTranslations("tasks.delete");
  const [withFiles, setWithFiles] = useState(false);
  const action = useTaskAction({
    task,
    run: () => api.delete(`/tasks/${task.id}`, { query: { files: withFiles || undefined } }),
    done: t("done", { name: task.name }),
    onOpenChange,
    onDone,
  });
  return (
    <ConfirmDialog
      open={open}
      title={t("title", { name: task.name })}
      description={t("body")}
      confirmLabel={t(withFiles ? "confirmFiles" : "confirm")}
      {...action}
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
