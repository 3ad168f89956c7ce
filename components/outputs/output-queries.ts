import { queryOptions } from "@tanstack/react-query";

import { api } from "#lib/http/api-client.ts";
import type { OutputDetail, OutputSummary } from "#lib/outputs/view.ts";

/** What the server hydrates under the same keys. A change of any Output makes all of it stale, pickers included. */
export const OUTPUTS_KEY = ["outputs"] as const;

/** The Outputs in use, or the archived ones. */
export function outputsQuery(isArchived: boolean) {
  return queryOptions({
    queryKey: [...OUTPUTS_KEY, "list", { isArchived }],
    queryFn: async ({ signal }) => {
      const { items } = await api.get<{ items: OutputSummary[] }>("/outputs", {
        query: { archived: isArchived || undefined },
        signal,
      });
      return items;
    },
  });
}

export function outputQuery(id: string) {
  return queryOptions({
    queryKey: [...OUTPUTS_KEY, "detail", id],
    queryFn: ({ signal }) => api.get<OutputDetail>(`/outputs/${encodeURIComponent(id)}`, { signal }),
  });
}
