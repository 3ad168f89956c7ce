"use client";

import { useTranslations } from "next-intl";
import Link from "next/link";

import { CallbackRate, LastTest, TaskLink } from "#components/outputs/output-facts.tsx";
import { OutputMenu } from "#components/outputs/output-menu.tsx";
import { cn } from "#components/ui/cn.ts";
import { DataCell, DataRow, DataTable, Labelled } from "#components/ui/data-table.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Tag } from "#components/ui/tag.tsx";
import type { OutputSummary } from "#lib/outputs/view.ts";

const NARROW = "max-lg:hidden max-md:block";
const WIDE = "max-xl:hidden max-md:block";
const WIDEST = "max-[1400px]:hidden max-md:block";

/** The Outputs with their use; cards on phones. */
export function OutputTable({ outputs, isAdmin }: { outputs: readonly OutputSummary[]; isAdmin: boolean }) {
  const t = useTranslations("outputs");
  return (
    <DataTable
      caption={t("title")}
      columns={[
        { key: "name", label: t("columns.name"), className: "w-[18%]" },
        { key: "type", label: t("columns.type"), className: cn("w-[80px]", NARROW) },
        { key: "location", label: t("columns.location") },
        { key: "test", label: t("columns.test"), className: "w-[160px]" },
        { key: "used", label: t("columns.used"), className: cn("w-[112px]", WIDE) },
        { key: "tasks", label: t("columns.tasks"), className: "w-[112px]" },
        { key: "callback", label: t("columns.callback"), className: cn("w-[168px]", WIDEST) },
        { key: "actions", label: t("columns.actions"), className: "w-[64px]", isLabelHidden: true },
      ]}
    >
      {outputs.map((output) => (
        <DataRow key={output.id} className="max-md:pe-14">
          <DataCell>
            <Link
              href={`/outputs/${output.id}`}
              className="block truncate font-medium hover:underline"
              title={output.name}
            >
              {output.name}
            </Link>
          </DataCell>
          <DataCell className={NARROW}>
            <Labelled label={t("columns.type")}>
              <Tag>{t(`provider.${output.provider}`)}</Tag>
            </Labelled>
          </DataCell>
          <DataCell>
            <Labelled label={t("columns.location")}>
              <span className="block font-mono text-xs tracking-[-0.01em] wrap-anywhere text-muted">
                {output.folder ?? output.location}
              </span>
            </Labelled>
          </DataCell>
          <DataCell>
            <Labelled label={t("columns.test")}>
              <LastTest output={output} />
            </Labelled>
          </DataCell>
          <DataCell className={WIDE}>
            <Labelled label={t("columns.used")}>
              {output.lastUsedAt === null ? (
                <span className="text-subtle">{t("never")}</span>
              ) : (
                <RelativeTime iso={output.lastUsedAt} />
              )}
            </Labelled>
          </DataCell>
          <DataCell>
            <Labelled label={t("columns.tasks")}>
              <TaskLink output={output} />
            </Labelled>
          </DataCell>
          <DataCell className={WIDEST}>
            <Labelled label={t("columns.callback")}>
              <CallbackRate output={output} />
            </Labelled>
          </DataCell>
          <DataCell className="text-end max-md:absolute max-md:end-3 max-md:top-2">
            <OutputMenu output={output} isAdmin={isAdmin} size="sm" />
          </DataCell>
        </DataRow>
      ))}
    </DataTable>
  );
}
