import { startOfDay } from "#components/tasks/list/day-in-zone.ts";
import {
  buildTaskQuery,
  DEFAULT_LIMIT,
  NO_FILTERS,
  parseTaskQuery,
  type QuerySource,
  type TaskDirection,
  type TaskQuery,
} from "#lib/tasks/queries.ts";
import type { TaskFilters } from "#lib/tasks/schema.ts";

/** What the address of the list says. Like the API's query, but "the last 7 days" stays that, however old the link is. */

export const CREATED_RANGES = ["today", "24h", "7d", "30d"] as const;
export type CreatedRange = (typeof CREATED_RANGES)[number];

export type ListState = {
  /** `from` and `to` are set only when `created` is null. */
  filters: TaskFilters;
  created: CreatedRange | null;
  cursor: string | null;
  direction: TaskDirection;
};

export const EMPTY_STATE: ListState = {
  filters: NO_FILTERS,
  created: null,
  cursor: null,
  direction: "older",
};

/** Reads the address. Total: junk falls back. */
export function parseListState(source: QuerySource): ListState {
  const { filters, cursor, direction } = parseTaskQuery(source);
  const raw = source instanceof URLSearchParams ? source.get("created") : source["created"];
  const created = CREATED_RANGES.find((range) => range === raw) ?? null;
  return {
    filters: created === null ? filters : { ...filters, from: "", to: "" },
    created,
    cursor,
    direction: cursor === null ? "older" : direction,
  };
}

/** Writes the address's query; defaults give an empty one. */
export function buildListState(state: ListState): URLSearchParams {
  const filters = state.created === null ? state.filters : { ...state.filters, from: "", to: "" };
  const { cursor } = state;
  const params = buildTaskQuery({ filters, cursor, direction: cursor === null ? "older" : state.direction });
  if (state.created !== null) params.set("created", state.created);
  return params;
}

/** What to ask the API for. The start of a range is rounded down, so that the question stays the same for a while. */
export function toTaskQuery(state: ListState, now: number, timeZone: string): TaskQuery {
  const { filters, created, cursor, direction } = state;
  const from = created === null ? filters.from : new Date(rangeStart(created, now, timeZone)).toISOString();
  return { filters: { ...filters, from }, ids: [], cursor, direction, limit: DEFAULT_LIMIT };
}

/** The moment at which a named range begins, rounded so that it stays the same for a while. */
export function rangeStart(range: CreatedRange, now: number, timeZone: string): number {
  const HOUR = 3_600_000;
  switch (range) {
    case "today":
      return startOfDay(now, timeZone);
    case "24h":
      return Math.floor(now / HOUR) * HOUR - 24 * HOUR;
    case "7d":
      return startOfDay(now, timeZone, 7);
    case "30d":
      return startOfDay(now, timeZone, 30);
  }
}

/** Named filters, as tabs. A view is active when the address says exactly the same. */
export const TASK_VIEWS = {
  all: EMPTY_STATE,
  running: { ...EMPTY_STATE, filters: { ...NO_FILTERS, status: ["running"] } },
  attention: { ...EMPTY_STATE, filters: { ...NO_FILTERS, status: ["partial", "failed"] }, created: "7d" },
  today: { ...EMPTY_STATE, created: "today" },
} as const satisfies Record<string, ListState>;
export type TaskViewName = keyof typeof TASK_VIEWS;
export const TASK_VIEW_NAMES = Object.keys(TASK_VIEWS) as TaskViewName[];

/** The view that these filters are, whatever the page; null when they are none. */
export function viewOf(state: ListState): TaskViewName | null {
  const own = buildListState({ ...state, cursor: null }).toString();
  return TASK_VIEW_NAMES.find((name) => buildListState(TASK_VIEWS[name]).toString() === own) ?? null;
}

/** How many filters narrow the list. */
export function countFilters({ filters, created }: ListState): number {
  const isSet = [
    filters.status.length > 0,
    filters.text !== "",
    filters.template !== "",
    filters.outputId !== "",
    created !== null || filters.from !== "" || filters.to !== "",
  ];
  return isSet.filter(Boolean).length;
}
