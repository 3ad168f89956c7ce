import { queryOptions } from "@tanstack/react-query";

import { api } from "#lib/http/api-client.ts";
import type { InviteView } from "#lib/invites/view.ts";
import type { UserView } from "#lib/users/view.ts";

/** Every member of the project. The server hydrates the same key. */
export function usersQuery() {
  return queryOptions({
    queryKey: ["users"],
    queryFn: ({ signal }) => api.get<{ items: UserView[] }>("/users", { signal }),
  });
}

/** Links that were neither used nor withdrawn. */
export function invitesQuery() {
  return queryOptions({
    queryKey: ["invites"],
    queryFn: ({ signal }) => api.get<{ items: InviteView[] }>("/invites", { signal }),
  });
}
