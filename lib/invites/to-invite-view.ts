import type { Invite } from "#lib/db/generated/client.ts";
import { showId } from "#lib/ids.ts";
import type { InviteView } from "#lib/invites/view.ts";

export function toInviteView(
  row: Pick<Invite, "id" | "kind" | "email" | "role" | "createdByName" | "createdAt" | "expiresAt">,
): InviteView {
  return {
    id: showId("invite", row.id),
    kind: row.kind,
    email: row.email,
    role: row.role,
    createdBy: row.createdByName,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}
