"use client";

import { useTranslations } from "next-intl";
import Link from "next/link";

import { useErrorText } from "#components/layout/use-error-text.ts";
import type { useOutputActions } from "#components/outputs/use-output-actions.ts";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { ApiError } from "#lib/http/api-client.ts";
import type { OutputSummary } from "#lib/outputs/view.ts";

type Actions = ReturnType<typeof useOutputActions>;
const TASK_PATH = "tasks.";

/** Asks before archiving; while tasks use it, they are named. */
export function ArchiveDialog({
  output,
  archive,
  onClose,
}: {
  output: OutputSummary;
  archive: Actions["archive"];
  onClose: () => void;
}) {
  const t = useTranslations("outputs.archive");
  const errorText = useErrorText();
  const { error } = archive;
  const tasks =
    error instanceof ApiError ? error.issues.filter(({ path }) => path.startsWith(TASK_PATH)) : [];
  return (
    <ConfirmDialog
      open
      onOpenChange={() => {
        archive.reset();
        onClose();
      }}
      title={t("title", { name: output.name })}
      description={t("body")}
      confirmLabel={t("action")}
      tone="primary"
      pending={archive.isPending}
      error={
        error === null ? null : tasks.length === 0 ? (
          errorText(error)
        ) : (
          <>
            {t("busy")}
            <ul aria-label={t("busyTasks")} className="mt-1 grid">
              {tasks.map(({ path, message }) => (
                <li key={path} className="wrap-anywhere">
                  <Link
                    href={`/tasks/${path.slice(TASK_PATH.length)}`}
                    className="font-medium text-accent-fg underline underline-offset-3"
                  >
                    {message}
                  </Link>
                </li>
              ))}
            </ul>
          </>
        )
      }
      onConfirm={() => archive.mutate(undefined, { onSuccess: onClose })}
    />
  );
}

/** Asks before an Output goes that no task has used. */
export function DeleteDialog({
  output,
  remove,
  onClose,
  onDeleted,
}: {
  output: OutputSummary;
  remove: Actions["remove"];
  onClose: () => void;
  onDeleted: (() => void) | undefined;
}) {
  const t = useTranslations("outputs.delete");
  const errorText = useErrorText();
  const { error } = remove;
  return (
    <ConfirmDialog
      open
      onOpenChange={() => {
        remove.reset();
        onClose();
      }}
      title={t("title", { name: output.name })}
      description={t("body")}
      confirmLabel={t("action")}
      pending={remove.isPending}
      error={
        error && (error instanceof ApiError && error.code === "conflict" ? t("inUse") : errorText(error))
      }
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            onClose();
            onDeleted?.();
          },
        })
      }
    />
  );
}
