import type { AuditFacts } from "#lib/audit/schema.ts";

export type FactValue = AuditFacts[string];
/** A named value: what it was, what it became; one of them undefined when there was none. */
export type FactLine = { name: string; before: FactValue | undefined; after: FactValue | undefined };

/** Both sides of a change by name. */
export function factLines(before: AuditFacts | null, after: AuditFacts | null): FactLine[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].map((name) => ({ name, before: before?.[name], after: after?.[name] }));
}
