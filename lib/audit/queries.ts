import { auditFiltersSchema, type AuditFilters } from "#lib/audit/schema.ts";

/**
 * The log's query string: `actor=usr_…&action=task.cancel&object=intro&from=…&to=…&cursor=aud_…&direction=newer`.
 * Parse and build are a pair; the browser uses both. Total: junk falls back, nothing throws.
 */

export const AUDIT_LIMIT = 50;
export const AUDIT_MAX_LIMIT = 100;
export const NO_AUDIT_FILTERS: AuditFilters = { actor: "", action: "", object: "", from: "", to: "" };

export type AuditDirection = "older" | "newer";
export type AuditQuery = {
  filters: AuditFilters;
  /** An entry's id, from a page; null = the newest. */
  cursor: string | null;
  direction: AuditDirection;
  limit: number;
};

export type QuerySource = URLSearchParams | Record<string, string | readonly string[] | undefined>;

/** Reads filters and paging. */
export function parseAuditQuery(source: QuerySource): AuditQuery {
  const read = (name: string) => {
    const value = source instanceof URLSearchParams ? source.get(name) : source[name];
    // PostgreSQL has no zero byte in text.
    return ((typeof value === "string" ? value : value?.[0]) ?? "").replaceAll("\0", "").trim();
  };
  const cursor = read("cursor");
  const limit = /^\d{1,6}$/.test(read("limit")) ? Number(read("limit")) : AUDIT_LIMIT;
  return {
    filters: auditFiltersSchema.parse({
      actor: read("actor"),
      action: read("action"),
      object: read("object"),
      from: read("from"),
      to: read("to"),
    }),
    cursor: cursor === "" ? null : cursor,
    direction: cursor !== "" && read("direction") === "newer" ? "newer" : "older",
    limit: Math.min(AUDIT_MAX_LIMIT, Math.max(1, limit)),
  };
}

/** Filters and paging as query parameters; defaults give none. */
export function buildAuditQuery(query: Partial<AuditQuery>): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...NO_AUDIT_FILTERS, ...query.filters }))
    if (value !== "") params.set(name, value);
  if (query.cursor != null && query.cursor !== "") {
    params.set("cursor", query.cursor);
    if (query.direction === "newer") params.set("direction", "newer");
  }
  if (query.limit !== undefined && query.limit !== AUDIT_LIMIT) params.set("limit", String(query.limit));
  return params;
}
