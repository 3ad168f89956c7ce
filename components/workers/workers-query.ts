import { queryOptions } from "@tanstack/react-query";

import { api } from "#lib/http/api-client.ts";
import type { WorkerView } from "#lib/workers/view.ts";

/** Workers of the last day. The server hydrates the same key. */
export function workersQuery() {
  return queryOptions({
    queryKey: ["workers"],
    queryFn: ({ signal }) => api.get<{ items: WorkerView[] }>("/workers", { signal }),
  });
}
