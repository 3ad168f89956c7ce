"use client";

import { Archive, ArchiveRestore, Clapperboard, Copy, Ellipsis, PlugZap, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { ArchiveDialog, DeleteDialog } from "#components/outputs/output-dialogs.tsx";
import { useOutputActions } from "#components/outputs/use-output-actions.ts";
import { Button } from "#components/ui/button.tsx";
import { copyText } from "#components/ui/copy-text.ts";
import { MenuItem, MenuLink, MenuPopup, MenuRoot, MenuSeparator, MenuTrigger } from "#components/ui/menu.tsx";
import { toast } from "#components/ui/toast.tsx";
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
  const common = useTranslations("common");
  const actions = useOutputActions(output);
  const [asked, setAsked] = useState<"archive" | "delete" | null>(null);
  const { id, name, archivedAt } = output;
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
              pending={actions.test.isPending || actions.unarchive.isPending}
            >
              <Ellipsis size={16} aria-hidden />
            </Button>
          }
        />
        <MenuPopup aria-label={t("menu", { name })}>
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
          <MenuItem
            icon={<Copy size={16} aria-hidden />}
            onClick={() =>
              void copyText(id).then((isCopied) => {
                toast.add({
                  type: isCopied ? "succeeded" : "failed",
                  title: isCopied ? common("copied") : common("copyFailed"),
                });
              })
            }
          >
            {t("copyId")}
          </MenuItem>
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
        </MenuPopup>
      </MenuRoot>
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
