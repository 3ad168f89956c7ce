"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ban, Copy, CopyPlus, Ellipsis, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";

import { RetryButton } from "#components/tasks/detail/retry-button.tsx";
import { taskQuery } from "#components/tasks/detail/task-query.ts";
import type { Retry } from "#components/tasks/detail/use-retry.ts";
import { Button, ButtonLink, buttonVariants } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { copyText } from "#components/ui/copy-text.ts";
import { MenuItem, MenuPopup, MenuRoot, MenuSeparator, MenuTrigger } from "#components/ui/menu.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { Role } from "#lib/context.ts";
import { api } from "#lib/http/api-client.ts";
import { isSettled } from "#lib/tasks/status.ts";
import type { TaskView } from "#lib/tasks/view.ts";

type TaskActionsProps = { task: TaskView; role: Role; retry: Retry };

/** Cancel while there is something to cancel, Retry when something failed, Duplicate always, the rest in a menu. */
export function TaskActions({ task, role, retry }: TaskActionsProps) {
  const t = useTranslations("detail.actions");
  const common = useTranslations("common");
  const [dialog, setDialog] = useState<"cancel" | "delete" | null>(null);
  const roleReason =
    role === "viewer"
      ? common("needsRole", { role: common("role.viewer"), needed: common("role.operator") })
      : null;
  const close = (open: boolean) => !open && setDialog(null);

  async function copyId() {
    const isCopied = await copyText(task.id);
    toast.add({
      type: isCopied ? "succeeded" : "failed",
      title: isCopied ? common("copied") : common("copyFailed"),
      description: task.id,
    });
  }

  return (
    <div className="flex flex-wrap gap-2 max-md:w-full max-md:[&>:first-child]:flex-1">
      {!isSettled(task.status) && (
        <Button disabledReason={roleReason} onClick={() => setDialog("cancel")} className="max-md:h-10">
          <Ban size={16} aria-hidden />
          {t("cancel")}
        </Button>
      )}
      <RetryButton retry={retry} variant="primary" className="max-md:h-10" />
      <ButtonLink href={`/tasks/new?from=${encodeURIComponent(task.id)}`} className="max-md:h-10">
        <CopyPlus size={16} aria-hidden />
        {t("duplicate")}
      </ButtonLink>
      <MenuRoot>
        <MenuTrigger
          aria-label={t("more")}
          className={cn(
            buttonVariants({ variant: "secondary", iconOnly: true, className: "max-md:size-10" }),
          )}
        >
          <Ellipsis size={16} aria-hidden />
        </MenuTrigger>
        <MenuPopup>
          <MenuItem icon={<Copy size={16} aria-hidden />} onClick={() => void copyId()}>
            {t("copyId")}
          </MenuItem>
          <MenuSeparator />
          <MenuItem
            icon={<Trash2 size={16} aria-hidden />}
            tone="danger"
            disabledReason={roleReason ?? (isSettled(task.status) ? null : t("deleteBlocked"))}
            onClick={() => setDialog("delete")}
          >
            {t("delete")}
          </MenuItem>
        </MenuPopup>
      </MenuRoot>
      <CancelDialog task={task} open={dialog === "cancel"} onOpenChange={close} />
      <DeleteDialog task={task} open={dialog === "delete"} onOpenChange={close} />
    </div>
  );
}

type TaskDialogProps = { task: TaskView; open: boolean; onOpenChange: (open: boolean) => void };

function CancelDialog({ task, open, onOpenChange }: TaskDialogProps) {
  const t = useTranslations("detail.actions");
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => api.post<TaskView>(`/tasks/${task.id}/cancel`),
    onSuccess: (next) => {
      client.setQueryData(taskQuery(task.id).queryKey, next);
      onOpenChange(false);
    },
  });
  const done = task.jobs.filter((job) => job.status === "succeeded").length;
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => {
        if (!next) cancel.reset();
        onOpenChange(next);
      }}
      title={t("cancelTitle", { name: task.name })}
      description={task.status === "queued" ? t("cancelQueued") : t("cancelRunning", { done })}
      confirmLabel={t("cancelConfirm")}
      onConfirm={() => cancel.mutate()}
      pending={cancel.isPending}
      error={cancel.error?.message}
    />
  );
}

function DeleteDialog({ task, open, onOpenChange }: TaskDialogProps) {
  const t = useTranslations("detail.actions");
  const router = useRouter();
  const client = useQueryClient();
  const checkboxId = useId();
  const [withFiles, setWithFiles] = useState(false);
  const fileCount = task.jobs.reduce((sum, job) => sum + job.files.length, 0);
  const remove = useMutation({
    mutationFn: () => api.delete(`/tasks/${task.id}`, { query: { files: withFiles ? "true" : null } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["tasks", "list"] });
      toast.add({ type: "succeeded", title: t("deleted", { name: task.name }) });
      router.push("/tasks");
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => {
        if (!next) remove.reset();
        onOpenChange(next);
      }}
      title={t("deleteTitle", { name: task.name })}
      description={t("deleteBody")}
      confirmLabel={withFiles ? t("deleteConfirmFiles", { count: fileCount }) : t("deleteConfirm")}
      onConfirm={() => remove.mutate()}
      pending={remove.isPending || remove.isSuccess}
      error={remove.error?.message}
    >
      {fileCount > 0 && (
        <label htmlFor={checkboxId} className="flex items-start gap-2">
          <input
            id={checkboxId}
            type="checkbox"
            className="check mt-0.5"
            checked={withFiles}
            onChange={(event) => setWithFiles(event.target.checked)}
          />
          <span>{t("deleteFiles", { count: fileCount, output: task.output.name })}</span>
        </label>
      )}
    </ConfirmDialog>
  );
}
