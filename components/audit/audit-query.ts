import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { buildAuditQuery, type AuditQuery } from "#lib/audit/queries.ts";
import type { AuditPage } from "#lib/audit/view.ts";
import { api } from "#lib/http/api-client.ts";

/** One page of the log. The server hydrates the same key. */
export function auditQuery(query: Partial<AuditQuery>) {
  const params = buildAuditQuery(query);
  return queryOptions({
    queryKey: ["audit", params.toString()],
    queryFn: ({ signal }) => api.get<AuditPage>("/audit", { query: Object.fromEntries(params), signal }),
    // A new filter keeps the old rows until the new ones are here.
    placeholderData: keepPreviousData,
    // Nothing tells of new entries: what is shown again later is read again.
    staleTime: 5_000,
  });
}
