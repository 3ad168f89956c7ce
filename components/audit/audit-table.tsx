"use client";

import { useFormatter, useTranslations } from "next-intl";
import Link from "next/link";
import type { ReactNode } from "react";

import { factLines } from "#components/audit/fact-lines.ts";
import { useFactWords } from "#components/audit/use-fact-words.ts";
import { DataCell, DataRow, DataTable } from "#components/ui/data-table.tsx";
import { cn } from "#components/ui/cn.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { AUDIT_ACTIONS } from "#lib/audit/schema.ts";
import type { AuditEntryView } from "#lib/audit/view.ts";

type AuditTableProps = { entries: readonly AuditEntryView[]; isBusy: boolean };

const WIDE = "max-lg:hidden max-md:block";

/** Entries, newest first. Changes stand in full: nobody reads a log to guess. */
export function AuditTable({ entries, isBusy }: AuditTableProps) {
  const t = useTranslations("audit");
  return (
    <DataTable
      caption={t("title")}
      isBusy={isBusy}
      columns={[
        { key: "when", label: t("columns.when"), className: "w-[216px] max-xl:w-[176px]" },
        { key: "who", label: t("columns.who"), className: "w-[192px] max-xl:w-[160px]" },
        { key: "what", label: t("columns.what") },
        { key: "object", label: t("columns.object"), className: "w-[280px] max-xl:w-[220px]" },
        { key: "from", label: t("columns.from"), className: cn("w-[160px]", WIDE) },
      ]}
    >
      {entries.map((entry) => (
        <Entry key={entry.id} entry={entry} />
      ))}
    </DataTable>
  );
}

function Entry({ entry }: { entry: AuditEntryView }) {
  const t = useTranslations("audit");
  const format = useFormatter();
  const words = useFactWords();
  const { actor, object } = entry;
  const action = AUDIT_ACTIONS.find((one) => one === entry.action);
  const lines = factLines(entry.before, entry.after);
  return (
    <DataRow data-entry={entry.action} className="md:align-top max-md:gap-y-1">
      <DataCell>
        <Lines
          first={format.dateTime(new Date(entry.at), { dateStyle: "medium", timeStyle: "medium" })}
          second={<RelativeTime iso={entry.at} />}
        />
      </DataCell>
      <DataCell>
        <Lines first={<b className="font-medium">{actor.name}</b>} second={t(`actors.${actor.kind}`)} />
      </DataCell>
      <DataCell>
        <span className="block">{action ? t(`actions.${action}`) : entry.action}</span>
        {lines.length > 0 && (
          <ul className="text-xs text-subtle">
            {lines.map(({ name, before, after }) => (
              <li key={name} className="wrap-anywhere">
                {before !== undefined && after !== undefined
                  ? t("change", {
                      name: words.name(name),
                      before: words.value(name, before),
                      after: words.value(name, after),
                    })
                  : t("fact", {
                      name: words.name(name),
                      value: words.value(name, before ?? after ?? null),
                    })}
              </li>
            ))}
          </ul>
        )}
      </DataCell>
      <DataCell>
        <Lines
          first={
            isThere(entry) ? (
              <Link
                href={`/${object.kind}s/${object.id}`}
                prefetch={false}
                className="text-accent-fg underline-offset-3 hover:underline"
              >
                {object.name}
              </Link>
            ) : (
              object.name
            )
          }
          second={object.id !== null && <span className="font-mono tracking-[-0.01em]">{object.id}</span>}
        />
      </DataCell>
      <DataCell className={WIDE}>
        <Lines first={t(`sources.${entry.source}`)} second={entry.address} />
      </DataCell>
    </DataRow>
  );
}

/** What has a page of its own, unless this very entry says that it is gone. */
function isThere({ object, action }: AuditEntryView): boolean {
  return (
    (object.kind === "task" || object.kind === "output") &&
    object.id !== null &&
    action !== `${object.kind}.delete`
  );
}

function Lines({ first, second }: { first: ReactNode; second: ReactNode }) {
  return (
    <>
      <span className="block wrap-anywhere">{first}</span>
      {second && <span className="block text-xs wrap-anywhere text-subtle">{second}</span>}
    </>
  );
}
