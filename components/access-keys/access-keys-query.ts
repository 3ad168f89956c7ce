import { queryOptions } from "@tanstack/react-query";

import type { AccessKeyView } from "#lib/access-keys/view.ts";
import { api } from "#lib/http/api-client.ts";

/** Every access key of the project. The server hydrates the same key. */
export function accessKeysQuery() {
  return queryOptions({
    queryKey: ["access-keys"],
    queryFn: ({ signal }) => api.get<{ items: AccessKeyView[] }>("/access-keys", { signal }),
  });
}
