"use client";

import { useTranslations } from "next-intl";

import { cn } from "#components/ui/cn.ts";
import type { FieldChange, FieldValue } from "#lib/templates/diff-specs.ts";

/** What changed, field by field: the old value struck out, the new one after it. */
export function ChangeList({ changes }: { changes: readonly FieldChange[] }) {
  const t = useTranslations("templates.changes");
  return (
    <ul className="overflow-hidden rounded-md border border-border bg-sunken py-1 font-mono text-xs/5">
      {changes.map(({ path, before, after }) => (
        <li key={path} className="py-0.5">
          <span className="block px-3 break-all text-muted">{path}</span>
          {before !== undefined && <Line sign="-" label={t("before")} value={before} />}
          {after !== undefined && <Line sign="+" label={t("after")} value={after} />}
        </li>
      ))}
    </ul>
  );
}

function Line({ sign, label, value }: { sign: "+" | "-"; label: string; value: FieldValue }) {
  return (
    <span
      className={cn(
        "flex gap-3 px-3 break-all",
        sign === "-" ? "bg-failed-soft text-failed-fg" : "bg-succeeded-soft text-succeeded-fg",
      )}
    >
      <span aria-hidden className="w-3 flex-none select-none">
        {sign}
      </span>
      <span className="sr-only">{label}</span>
      {typeof value === "string" ? (value === "" ? '""' : value) : String(value)}
    </span>
  );
}
