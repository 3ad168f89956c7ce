"use client";

import { useFormatter, useTranslations } from "next-intl";

import { Button } from "#components/ui/button.tsx";
import { DataCell, DataRow, DataTable, Labelled } from "#components/ui/data-table.tsx";
import { useNow } from "#components/ui/now.tsx";
import { Tag } from "#components/ui/tag.tsx";
import type { InviteView } from "#lib/invites/view.ts";

type InviteTableProps = { invites: readonly InviteView[]; onWithdraw: (invite: InviteView) => void };

/** Links that could still be used, or that have expired unused. */
export function InviteTable({ invites, onWithdraw }: InviteTableProps) {
  const t = useTranslations("users");
  const tRole = useTranslations("common.role");
  const format = useFormatter();
  const now = useNow();
  return (
    <DataTable
      caption={t("links.title")}
      columns={[
        { key: "email", label: t("links.email") },
        { key: "kind", label: t("links.kind"), className: "w-[168px]" },
        { key: "by", label: t("links.by"), className: "w-[168px]" },
        { key: "expires", label: t("links.expires"), className: "w-[192px]" },
        { key: "actions", label: t("columns.actions"), className: "w-[128px]", isLabelHidden: true },
      ]}
    >
      {invites.map((invite) => (
        <DataRow key={invite.id}>
          <DataCell className="truncate font-medium" title={invite.email}>
            {invite.email}
          </DataCell>
          <DataCell>
            <Labelled label={t("links.kind")}>
              {invite.kind === "invite" ? t("links.invite", { role: tRole(invite.role) }) : t("links.reset")}
            </Labelled>
          </DataCell>
          <DataCell>
            <Labelled label={t("links.by")}>
              <span className="break-words">{invite.createdBy}</span>
            </Labelled>
          </DataCell>
          <DataCell>
            <Labelled label={t("links.expires")}>
              {Date.parse(invite.expiresAt) <= now ? (
                <Tag tone="warning">{t("links.expired")}</Tag>
              ) : (
                <time dateTime={invite.expiresAt}>
                  {format.dateTime(new Date(invite.expiresAt), { dateStyle: "medium", timeStyle: "short" })}
                </time>
              )}
            </Labelled>
          </DataCell>
          <DataCell className="md:text-end">
            <Button
              size="sm"
              variant="danger"
              aria-label={t("withdraw.open", { email: invite.email })}
              className="max-md:-ms-2.5 max-md:h-10"
              onClick={() => onWithdraw(invite)}
            >
              {t("withdraw.short")}
            </Button>
          </DataCell>
        </DataRow>
      ))}
    </DataTable>
  );
}
