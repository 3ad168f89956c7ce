import type { AuditChange } from "#lib/audit/record-audit.ts";

/** An endpoint as the object of an audit entry: its address without query, which may hold a receiver's own token. */
export function auditEndpoint({ id, url }: { id: string; url: string }): AuditChange["object"] {
  const { origin, pathname } = new URL(url);
  return { kind: "webhookEndpoint", id, name: `${origin}${pathname}` };
}
