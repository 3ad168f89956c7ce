"use client";

import { Archive, ArchiveRestore, Clapperboard, Copy, CopyPlus, Ellipsis, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { DeleteDialog } from "#components/templates/delete-dialog.tsx";
import { useTemplateActions } from "#components/templates/use-template-actions.ts";
import { Button } from "#components/ui/button.tsx";
import { copyText } from "#components/ui/copy-text.ts";
import { MenuItem, MenuLink, MenuPopup, MenuRoot, MenuSeparator, MenuTrigger } from "#components/ui/menu.tsx";
import { toast } from "#components/ui/toast.tsx";
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
  const common = useTranslations("common");
  const actions = useTemplateActions(template);
  const [isDeleting, setIsDeleting] = useState(false);
  const { name, kind, archivedAt } = template;
  const shipped = kind === "predefined" ? t("shipped") : null;
  return (
    <>
      <MenuRoot>
        <MenuTrigger
          render={
            <Button
              variant={size === "sm" ? "ghost" : "secondary"}
              size={size}
              iconOnly
              aria-label={t("menu", { name })}
            >
              <Ellipsis size={16} aria-hidden />
            </Button>
          }
        />
        <MenuPopup aria-label={t("menu", { name })}>
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
          <MenuItem
            icon={<Copy size={16} aria-hidden />}
            onClick={() =>
              void copyText(template.id).then((isCopied) => {
                toast.add({
                  type: isCopied ? "succeeded" : "failed",
                  title: isCopied ? common("copied") : common("copyFailed"),
                });
              })
            }
          >
            {t("copyId")}
          </MenuItem>
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
        </MenuPopup>
      </MenuRoot>
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
