import { CREATED_RANGES, rangeStart, type CreatedRange } from "#components/tasks/list/list-state.ts";
import {
  AUDIT_LIMIT,
  buildAuditQuery,
  NO_AUDIT_FILTERS,
  parseAuditQuery,
  type AuditDirection,
  type AuditQuery,
  type QuerySource,
} from "#lib/audit/queries.ts";
import type { AuditFilters } from "#lib/audit/schema.ts";

/** What the address of the log says. Like the API's query, but "the last 7 days" stays that, however old the link is. */
export type AuditState = {
  /** `from` and `to` are set only when `range` is null. */
  filters: AuditFilters;
  range: CreatedRange | null;
  cursor: string | null;
  direction: AuditDirection;
};

export const EMPTY_AUDIT_STATE: AuditState = {
  filters: NO_AUDIT_FILTERS,
  range: null,
  cursor: null,
  direction: "older",
};

/** Reads the address. Total: junk falls back. */
export function parseAuditState(source: QuerySource): AuditState {
  const { filters, cursor, direction } = parseAuditQuery(source);
  const raw = source instanceof URLSearchParams ? source.get("time") : source["time"];
  const range = CREATED_RANGES.find((one) => one === raw) ?? null;
  return { filters: range === null ? filters : { ...filters, from: "", to: "" }, range, cursor, direction };
}

/** Writes the address's query; defaults give an empty one. */
export function buildAuditState({ filters, range, cursor, direction }: AuditState): URLSearchParams {
  const kept = range === null ? filters : { ...filters, from: "", to: "" };
  const params = buildAuditQuery({ filters: kept, cursor, direction });
  if (range !== null) params.set("time", range);
  return params;
}

/** What to ask the API for. */
export function toAuditQuery(state: AuditState, now: number, timeZone: string): AuditQuery {
  const { filters, range, cursor, direction } = state;
  const from = range === null ? filters.from : new Date(rangeStart(range, now, timeZone)).toISOString();
  return { filters: { ...filters, from }, cursor, direction, limit: AUDIT_LIMIT };
}

/** Whether anything narrows the log. */
export function isFiltered(state: AuditState): boolean {
  return buildAuditState({ ...state, cursor: null }).size > 0;
}
