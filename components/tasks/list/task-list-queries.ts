import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api } from "#lib/http/api-client.ts";
import { buildTaskFilters, buildTaskQuery, type TaskQuery } from "#lib/tasks/queries.ts";
import type { OutputView } from "#lib/outputs/view.ts";
import type { TaskFilters } from "#lib/tasks/schema.ts";
import type { TaskStatus } from "#lib/tasks/status.ts";
import type { TaskListItem, TaskPage } from "#lib/tasks/view.ts";
import type { TemplateView } from "#lib/templates/view.ts";

/** Counting stops there on the server. */
export const COUNT_CAP = 10_000;

/** GET /api/v1/tasks/counts. Exact to 10,000; beyond that `isCapped`. */
export type TaskCounts = { total: number; isCapped: boolean; byStatus: Record<TaskStatus, number> };

/** One page of the list. The server hydrates the same key. */
export function taskPageQuery(query: Partial<TaskQuery>) {
  const params = buildTaskQuery(query);
  return queryOptions({
    queryKey: ["tasks", "list", params.toString()],
    queryFn: ({ signal }) => fetchTaskPage(query, signal),
    // A new filter keeps the old rows until the new ones are here.
    placeholderData: keepPreviousData,
  });
}

/** A page, read from the server now. */
export async function fetchTaskPage(query: Partial<TaskQuery>, signal?: AbortSignal): Promise<TaskPage> {
  const params = Object.fromEntries(buildTaskQuery(query));
  return api.get<TaskPage>("/tasks", { query: params, signal });
}

/** How many tasks the filters give, by status. */
export function countsQuery(filters: Partial<TaskFilters>) {
  const params = buildTaskFilters(filters);
  return queryOptions({
    queryKey: ["tasks", "counts", params.toString()],
    queryFn: ({ signal }) =>
      api.get<TaskCounts>("/tasks/counts", { query: Object.fromEntries(params), signal }),
    placeholderData: keepPreviousData,
  });
}

/** Every template, for the filter. */
export function templateChoicesQuery() {
  return queryOptions({
    queryKey: ["templates"],
    queryFn: ({ signal }) => api.get<{ items: TemplateView[] }>("/templates", { signal }),
  });
}

/** Every Output, for the filter. */
export function outputChoicesQuery() {
  return queryOptions({
    queryKey: ["outputs"],
    queryFn: ({ signal }) => api.get<{ items: OutputView[] }>("/outputs", { signal }),
  });
}

/** Rows by id, in no order; ids that are gone are missing. At most 100. */
export async function fetchTaskRows(ids: readonly string[]): Promise<TaskListItem[]> {
  const page = await api.get<TaskPage>("/tasks", { query: { ids: [...ids] } });
  return page.items;
}
