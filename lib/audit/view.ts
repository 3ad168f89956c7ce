import type { AuditFacts } from "#lib/audit/schema.ts";
import type { Trigger } from "#lib/context.ts";

/** One entry of GET /api/v1/audit. */
export type AuditEntryView = {
  /** `aud_…` */
  id: string;
  /** ISO 8601. */
  at: string;
  /** `id`: `usr_…` or `key_…`; null for `nobody`, whose name is what was typed. */
  actor: { kind: "user" | "key" | "nobody"; id: string | null; name: string };
  /** lib/audit/schema.ts AuditAction; an older version's word may be no longer among them. */
  action: string;
  object: { kind: string; id: string | null; name: string };
  before: AuditFacts | null;
  after: AuditFacts | null;
  /** Which door the call came through. */
  source: Trigger;
  /** The client's IP address, or "unknown". */
  address: string;
};

/** Newest first. Cursors are null where there is nothing more. */
export type AuditPage = {
  items: AuditEntryView[];
  nextCursor: string | null;
  previousCursor: string | null;
};
