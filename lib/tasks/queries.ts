import type { TaskFilters } from "#lib/tasks/schema.ts";
import { TASK_STATUSES } from "#lib/tasks/status.ts";

/**
 * The list's query string: `status=failed,partial&q=intro&template=…&output=out_…&from=…&to=…&cursor=…&direction=newer&limit=50`,
 * or `ids=tsk_a,tsk_b`. Parse and build are a pair; the browser uses both. Total: junk falls back, nothing throws.
 */

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 100;
/** Ids that one call may name. */
export const MAX_IDS = 100;

export type TaskDirection = "older" | "newer";
export type TaskQuery = {
  filters: TaskFilters;
  /** TypeIDs of exactly the tasks that are wanted; when not empty, filters and paging are ignored. */
  ids: string[];
  /** Opaque, from a page; null = the newest. */
  cursor: string | null;
  direction: TaskDirection;
  limit: number;
};

export type QuerySource = URLSearchParams | Record<string, string | readonly string[] | undefined>;

export const NO_FILTERS: TaskFilters = { status: [], text: "", template: "", outputId: "", from: "", to: "" };

/** Reads the filters alone. */
export function parseTaskFilters(source: QuerySource): TaskFilters {
  const read = reader(source);
  const wanted = new Set(splitList(read("status")));
  const text = (name: string, maxLength: number) => {
    const value = read(name).trim();
    return value.length > maxLength ? "" : value;
  };
  const time = (name: string) => {
    const value = read(name).trim();
    return isTime(value) ? value : "";
  };
  return {
    status: TASK_STATUSES.filter((status) => wanted.has(status)),
    text: text("q", 500),
    template: text("template", 200),
    outputId: text("output", 64),
    from: time("from"),
    to: time("to"),
  };
}

const TIME =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** ISO 8601 with seconds and an offset, on a day that exists. Without a library: every page of the console reads this. */
function isTime(text: string): boolean {
  const day = TIME.exec(text)?.[1];
  if (day === undefined) return false;
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

/** Reads filters and paging. */
export function parseTaskQuery(source: QuerySource): TaskQuery {
  const read = reader(source);
  const limit = /^\d{1,6}$/.test(read("limit")) ? Number(read("limit")) : DEFAULT_LIMIT;
  const cursor = read("cursor").trim();
  return {
    filters: parseTaskFilters(source),
    ids: [...new Set(splitList(read("ids")))].slice(0, MAX_IDS),
    cursor: cursor === "" ? null : cursor,
    direction: read("direction") === "newer" ? "newer" : "older",
    limit: Math.min(MAX_LIMIT, Math.max(1, limit)),
  };
}

/** The filters as query parameters; defaults give none. */
export function buildTaskFilters(filters: Partial<TaskFilters>): URLSearchParams {
  const { status, text, template, outputId, from, to } = { ...NO_FILTERS, ...filters };
  const params = new URLSearchParams();
  const statuses = TASK_STATUSES.filter((one) => status.includes(one));
  if (statuses.length > 0) params.set("status", statuses.join(","));
  const texts = { q: text, template, output: outputId, from, to };
  for (const [name, value] of Object.entries(texts)) if (value.trim() !== "") params.set(name, value.trim());
  return params;
}

/** Filters and paging as query parameters; defaults give none. */
export function buildTaskQuery(query: Partial<TaskQuery>): URLSearchParams {
  const params = buildTaskFilters(query.filters ?? {});
  if (query.ids !== undefined && query.ids.length > 0) params.set("ids", query.ids.join(","));
  if (query.cursor != null && query.cursor !== "") params.set("cursor", query.cursor);
  if (query.direction === "newer") params.set("direction", "newer");
  if (query.limit !== undefined && query.limit !== DEFAULT_LIMIT) params.set("limit", String(query.limit));
  return params;
}

/** Whether any filter narrows the list. */
export function hasFilters(filters: TaskFilters): boolean {
  return buildTaskFilters(filters).size > 0;
}

function reader(source: QuerySource): (name: string) => string {
  const raw = (name: string) => {
    if (source instanceof URLSearchParams) return source.get(name) ?? "";
    const value = source[name];
    return (typeof value === "string" ? value : value?.[0]) ?? "";
  };
  // PostgreSQL has no zero byte in text.
  return (name) => raw(name).replaceAll("\0", "");
}

/** Items between commas, spaces and line breaks. */
export function splitList(text: string): string[] {
  return text.split(/[\s,，、;]+/).filter((item) => item !== "");
}

export type LogQuery = { from: number; limit: number; format: "json" | "text" };

/** `from=0&limit=1000&format=text` of the log; total like the rest. */
export function parseLogQuery(source: QuerySource): LogQuery {
  const read = reader(source);
  const number = (name: string, fallback: number) =>
    /^\d{1,9}$/.test(read(name)) ? Number(read(name)) : fallback;
  return {
    from: number("from", 0),
    limit: Math.max(1, number("limit", 1000)),
    format: read("format") === "text" ? "text" : "json",
  };
}
