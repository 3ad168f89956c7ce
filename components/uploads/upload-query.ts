import { queryOptions } from "@tanstack/react-query";

import { api } from "#lib/http/api-client.ts";
import type { UploadView } from "#lib/uploads/view.ts";

/** How often an upload that this tab does not send is looked at. */
const LOOK_MS = 5_000;

/** An upload as the server has it. Asking for it disturbs nobody who sends it. */
export function uploadQuery(uploadId: string) {
  return queryOptions({
    queryKey: ["uploads", uploadId],
    queryFn: ({ signal }) => api.get<UploadView>(`/uploads/${encodeURIComponent(uploadId)}`, { signal }),
    refetchInterval: LOOK_MS,
    retry: false,
  });
}
