"use client";

import { Archive, ArchiveRestore, Clapperboard, CopyPlus, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { DeleteDialog } from "#components/templates/delete-dialog.tsx";
import { useTemplateActions } from "#components/templates/use-template-actions.ts";
import { MenuItem, MenuLink, MenuSeparator } from "#components/ui/menu.tsx";
import { CopyIdItem, ObjectMenu } from "#components/ui/object-menu.tsx";
import type { TemplateSummary } from "#lib/templates/view.ts";

type TemplateMenuProps = {
  template: TemplateSummary;
  /** Why this person may not change templates; null when they may. */
  denied: string | null;
  onDeleted: () => void;
  size?: "sm" | "md";
};

/** Clone, archive, delete, and the id. */
export function TemplateMenu({ template, denied, onDeleted, size = "md" }: TemplateMenuProps) {
  const t = useTranslations("templates.actions");
  const actions = useTemplateActions(template);
  const [isDeleting, setIsDeleting] = useState(false);
  const { name, kind, archivedAt } = template;
  const shipped = kind === "predefined" ? t("shipped") : null;
  return (
    <>
      <ObjectMenu label={t("menu", { name })} size={size}>
        {template.usedBy > 0 && (
          <MenuLink
            href={`/tasks?template=${encodeURIComponent(name)}`}
            icon={<Clapperboard size={16} aria-hidden />}
          >
            {t("tasks")}
          </MenuLink>
        )}
        <MenuItem
          icon={<CopyPlus size={16} aria-hidden />}
          disabledReason={denied}
          onClick={() => actions.clone.mutate()}
        >
          {t("clone")}
        </MenuItem>
        <CopyIdItem id={template.id}>{t("copyId")}</CopyIdItem>
        <MenuSeparator />
        {archivedAt === null ? (
          <MenuItem
            icon={<Archive size={16} aria-hidden />}
            disabledReason={denied ?? shipped}
            onClick={() => actions.archive.mutate()}
          >
            {t("archive")}
          </MenuItem>
        ) : (
          <MenuItem
            icon={<ArchiveRestore size={16} aria-hidden />}
            disabledReason={denied}
            onClick={() => actions.unarchive.mutate()}
          >
            {t("unarchive")}
          </MenuItem>
        )}
        <MenuItem
          icon={<Trash2 size={16} aria-hidden />}
          tone="danger"
          disabledReason={denied ?? shipped}
          onClick={() => setIsDeleting(true)}
        >
          {t("delete")}
        </MenuItem>
      </ObjectMenu>
      <DeleteDialog
        template={template}
        actions={actions}
        open={isDeleting}
        onOpenChange={setIsDeleting}
        onDeleted={onDeleted}
      />
    </>
  );
}
