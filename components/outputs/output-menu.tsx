"use client";

import { Archive, ArchiveRestore, Clapperboard, PlugZap, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { ArchiveDialog, DeleteDialog } from "#components/outputs/output-dialogs.tsx";
import { useOutputActions } from "#components/outputs/use-output-actions.ts";
import { MenuItem, MenuLink, MenuSeparator } from "#components/ui/menu.tsx";
import { CopyIdItem, ObjectMenu } from "#components/ui/object-menu.tsx";
import type { OutputSummary } from "#lib/outputs/view.ts";

type OutputMenuProps = {
  output: OutputSummary;
  /** Everybody else gets what changes nothing. */
  isAdmin: boolean;
  onDeleted?: () => void;
  size?: "sm" | "md";
};

/** Its tasks and its id; for admins test, archive and delete. */
export function OutputMenu({ output, isAdmin, onDeleted, size = "md" }: OutputMenuProps) {
  const t = useTranslations("outputs.actions");
  const actions = useOutputActions(output);
  const [asked, setAsked] = useState<"archive" | "delete" | null>(null);
  const { id, name, archivedAt } = output;
  return (
    <>
      <ObjectMenu
        label={t("menu", { name })}
        size={size}
        pending={actions.test.isPending || actions.unarchive.isPending}
      >
        {isAdmin && archivedAt === null && (
          <MenuItem icon={<PlugZap size={16} aria-hidden />} onClick={() => actions.test.mutate()}>
            {t("test")}
          </MenuItem>
        )}
        {output.taskCount > 0 && (
          <MenuLink
            href={`/tasks?output=${encodeURIComponent(id)}`}
            icon={<Clapperboard size={16} aria-hidden />}
          >
            {t("tasks")}
          </MenuLink>
        )}
        <CopyIdItem id={id}>{t("copyId")}</CopyIdItem>
        {isAdmin && (
          <>
            <MenuSeparator />
            {archivedAt === null ? (
              <MenuItem icon={<Archive size={16} aria-hidden />} onClick={() => setAsked("archive")}>
                {t("archive")}
              </MenuItem>
            ) : (
              <MenuItem
                icon={<ArchiveRestore size={16} aria-hidden />}
                onClick={() => actions.unarchive.mutate()}
              >
                {t("unarchive")}
              </MenuItem>
            )}
            <MenuItem
              icon={<Trash2 size={16} aria-hidden />}
              tone="danger"
              disabledReason={output.taskCount > 0 ? t("inUse") : null}
              onClick={() => setAsked("delete")}
            >
              {t("delete")}
            </MenuItem>
          </>
        )}
      </ObjectMenu>
      {asked === "archive" && (
        <ArchiveDialog output={output} archive={actions.archive} onClose={() => setAsked(null)} />
      )}
      {asked === "delete" && (
        <DeleteDialog
          output={output}
          remove={actions.remove}
          onClose={() => setAsked(null)}
          onDeleted={onDeleted}
        />
      )}
    </>
  );
}
