import type { AuditFacts } from "#lib/audit/schema.ts";
import type { OwnOutputRow } from "#lib/outputs/list-output-summaries.ts";

type Settings = Pick<
  OwnOutputRow,
  | "name"
  | "type"
  | "folder"
  | "endpoint"
  | "region"
  | "bucket"
  | "prefix"
  | "forcePathStyle"
  | "publicBaseUrl"
  | "callbackUrl"
>;

/** What the audit log keeps of an Output's settings: never a key, and of a callback not its query, where tokens tend to be. */
export function outputFacts(row: Settings): AuditFacts {
  const addresses = {
    publicBaseUrl: row.publicBaseUrl,
    callbackUrl: row.callbackUrl === null ? null : (row.callbackUrl.split(/[?#]/)[0] ?? ""),
  };
  if (row.type === "local") return { outputName: row.name, folder: row.folder, ...addresses };
  return {
    outputName: row.name,
    endpoint: row.endpoint,
    region: row.region,
    bucket: row.bucket,
    prefix: row.prefix,
    pathStyle: row.forcePathStyle,
    ...addresses,
  };
}

/** Of two sets of facts, those that differ. */
export function changedFacts(
  before: AuditFacts,
  after: AuditFacts,
): { before: AuditFacts; after: AuditFacts } {
  const names = Object.keys(after).filter((name) => before[name] !== after[name]);
  const only = (facts: AuditFacts) =>
    Object.fromEntries(names.map((name) => [name, facts[name] ?? null])) satisfies AuditFacts;
  return { before: only(before), after: only(after) };
}
