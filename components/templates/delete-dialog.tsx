"use client";

import { useTranslations } from "next-intl";

import { useErrorText } from "#components/layout/use-error-text.ts";
import type { useTemplateActions } from "#components/templates/use-template-actions.ts";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import type { TemplateSummary } from "#lib/templates/view.ts";

type DeleteDialogProps = {
  template: TemplateSummary;
  actions: ReturnType<typeof useTemplateActions>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDeleted: () => void;
};

/** Deletes what no task used. What is used stays: the dialog says by how many tasks, and offers Archive. */
export function DeleteDialog({ template, actions, open, onOpenChange, onDeleted }: DeleteDialogProps) {
  const t = useTranslations("templates.delete");
  const errorText = useErrorText();
  const { remove, archive } = actions;
  const { name, usedBy, archivedAt } = template;
  if (usedBy > 0)
    return (
      <ConfirmDialog
        open={open}
        onOpenChange={onOpenChange}
        tone="primary"
        title={t("usedTitle", { name })}
        description={
          archivedAt === null ? t("used", { count: usedBy }) : t("usedArchived", { count: usedBy })
        }
        confirmLabel={archivedAt === null ? t("archive") : t("understood")}
        onConfirm={() => {
          if (archivedAt === null) archive.mutate();
          onOpenChange(false);
        }}
      />
    );
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("title", { name })}
      description={t("body")}
      confirmLabel={t("confirm")}
      pending={remove.isPending}
      error={remove.error && errorText(remove.error)}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            onOpenChange(false);
            onDeleted();
          },
          // A task was made from it meanwhile: the number is told once the list is new.
          onError: () => void actions.renew(),
        })
      }
    />
  );
}
