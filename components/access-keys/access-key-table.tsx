"use client";

import { useLocale, useTranslations } from "next-intl";

import { Button } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { DataCell, DataRow, DataTable, Labelled } from "#components/ui/data-table.tsx";
import { cn } from "#components/ui/cn.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { ALL_DIALECTS, DIALECTS } from "#lib/access-keys/schema.ts";
import type { AccessKeyView } from "#lib/access-keys/view.ts";

type AccessKeyTableProps = {
  keys: readonly AccessKeyView[];
  onRevoke: (key: AccessKeyView) => void;
};

const NARROW = "max-lg:hidden max-md:block";

/** Working keys first; revoked ones stay, because tasks and the audit log name them. */
export function AccessKeyTable({ keys, onRevoke }: AccessKeyTableProps) {
  const t = useTranslations("keys");
  const tRole = useTranslations("common.role");
  const dialectText = useDialectText();
  return (
    <DataTable
      caption={t("title")}
      columns={[
        { key: "name", label: t("columns.name") },
        { key: "role", label: t("columns.role"), className: "w-[112px]" },
        { key: "dialects", label: t("columns.dialects"), className: "w-[240px] max-xl:w-[176px]" },
        { key: "used", label: t("columns.used"), className: "w-[128px]" },
        { key: "created", label: t("columns.created"), className: cn("w-[128px]", NARROW) },
        { key: "actions", label: t("columns.actions"), className: "w-[120px]", isLabelHidden: true },
      ]}
    >
      {keys.map((key) => (
        <DataRow key={key.id}>
          <DataCell>
            <span className="flex min-w-0 items-center gap-2">
              <span className={cn("truncate font-medium", key.revokedAt && "text-muted")} title={key.name}>
                {key.name}
              </span>
              {key.revokedAt && <Tag>{t("revoked")}</Tag>}
            </span>
            <span className="flex items-center gap-1">
              <span className="truncate font-mono text-xs tracking-[-0.01em] text-subtle">
                {key.accessKeyId}
              </span>
              {key.revokedAt === null && <CopyButton text={key.accessKeyId} size={24} />}
            </span>
          </DataCell>
          <DataCell>
            <Labelled label={t("columns.role")}>{tRole(key.role)}</Labelled>
          </DataCell>
          <DataCell>
            <Labelled label={t("columns.dialects")}>{dialectText(key.dialects)}</Labelled>
          </DataCell>
          <DataCell>
            <Labelled label={t("columns.used")}>
              {key.lastUsedAt === null ? (
                <span className="text-subtle">{t("never")}</span>
              ) : (
                <RelativeTime iso={key.lastUsedAt} />
              )}
            </Labelled>
          </DataCell>
          <DataCell className={NARROW}>
            <Labelled label={t("columns.created")}>
              <RelativeTime iso={key.createdAt} />
            </Labelled>
          </DataCell>
          <DataCell className="md:text-end">
            {key.revokedAt === null ? (
              <Button
                size="sm"
                variant="danger"
                aria-label={t("revoke.open", { name: key.name })}
                className="max-md:-ms-2.5 max-md:h-10"
                onClick={() => onRevoke(key)}
              >
                {t("revoke.short")}
              </Button>
            ) : (
              // The tag beside the name says it in a table; a card has room for the time.
              <span className="md:hidden">
                <Labelled label={t("revoked")}>
                  <RelativeTime iso={key.revokedAt} />
                </Labelled>
              </span>
            )}
          </DataCell>
        </DataRow>
      ))}
    </DataTable>
  );
}

/** The APIs of a key in words; one that this version does not know, by its own name. */
function useDialectText(): (dialects: readonly string[]) => string {
  const t = useTranslations("keys.dialects");
  const separator = useLocale() === "zh-CN" ? "、" : ", ";
  return (dialects) =>
    dialects.includes(ALL_DIALECTS)
      ? t("all")
      : dialects
          .map((one) => {
            const known = DIALECTS.find((dialect) => dialect === one);
            return known ? t(known) : one;
          })
          .join(separator);
}
