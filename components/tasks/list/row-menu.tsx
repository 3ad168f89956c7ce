"use client";

import { Ban, Copy, CopyPlus, RotateCcw, SquareArrowOutUpRight, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactElement } from "react";

import { isSourceGone, retryChoice } from "#components/tasks/retry-choice.ts";
import { copyText } from "#components/ui/copy-text.ts";
import { MenuItem, MenuLink, MenuPopup, MenuRoot, MenuSeparator, MenuTrigger } from "#components/ui/menu.tsx";
import { toast } from "#components/ui/toast.tsx";
import { isSettled } from "#lib/tasks/status.ts";
import type { TaskListItem } from "#lib/tasks/view.ts";

/** What a row's menu can do. Stable, so that rows are painted only when their task changes. */
export type RowMenuActions = {
  /** Why this person may not change tasks; null when they may. */
  denied: string | null;
  onRetry: (task: TaskListItem) => void;
  onCancel: (task: TaskListItem) => void;
  onDelete: (task: TaskListItem) => void;
};

type RowMenuProps = { task: TaskListItem; actions: RowMenuActions; render: ReactElement };

/** A row's button and its menu, which is made when it is opened for the first time. */
export function RowMenu({ task, actions, render }: RowMenuProps) {
  const t = useTranslations("tasks.row");
  return (
    <MenuRoot>
      <MenuTrigger render={render} />
      <MenuPopup aria-label={t("actions", { name: task.name })}>
        <RowMenuItems task={task} actions={actions} />
      </MenuPopup>
    </MenuRoot>
  );
}

function RowMenuItems({ task, actions }: Omit<RowMenuProps, "render">) {
  const t = useTranslations("tasks");
  const tCommon = useTranslations("common");
  const { denied, onRetry, onCancel, onDelete } = actions;
  const settled = isSettled(task.status);
  const choice = retryChoice(task);
  const noRetry =
    choice === null
      ? t(settled ? "retry.nothing" : "retry.active")
      : isSourceGone(task)
        ? t("retry.sourceGone")
        : null;
  return (
    <>
      <MenuLink href={`/tasks/${task.id}`} icon={<SquareArrowOutUpRight size={16} aria-hidden />}>
        {t("row.open")}
      </MenuLink>
      {denied === null ? (
        <MenuLink href={`/tasks/new?from=${task.id}`} icon={<CopyPlus size={16} aria-hidden />}>
          {t("row.duplicate")}
        </MenuLink>
      ) : (
        <MenuItem icon={<CopyPlus size={16} aria-hidden />} disabledReason={denied}>
          {t("row.duplicate")}
        </MenuItem>
      )}
      <MenuItem
        icon={<RotateCcw size={16} aria-hidden />}
        disabledReason={denied ?? noRetry}
        onClick={() => onRetry(task)}
      >
        {t(choice?.what === "canceled" ? "row.retry" : "row.retryFailed")}
      </MenuItem>
      <MenuItem
        icon={<Copy size={16} aria-hidden />}
        onClick={() => {
          void copyText(task.id).then((isCopied) =>
            toast.add(
              isCopied
                ? { type: "succeeded", title: tCommon("copied"), description: task.id }
                : { type: "failed", title: tCommon("copyFailed"), description: task.id },
            ),
          );
        }}
      >
        {t("row.copyId")}
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        icon={<Ban size={16} aria-hidden />}
        disabledReason={denied ?? (settled ? t("cancel.settled") : null)}
        onClick={() => onCancel(task)}
      >
        {t("row.cancel")}
      </MenuItem>
      <MenuItem
        icon={<Trash2 size={16} aria-hidden />}
        tone="danger"
        disabledReason={denied ?? (task.status === "running" ? t("delete.active") : null)}
        onClick={() => onDelete(task)}
      >
        {t("row.delete")}
      </MenuItem>
    </>
  );
}
