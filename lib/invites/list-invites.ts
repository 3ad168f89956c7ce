import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { toInviteView } from "#lib/invites/to-invite-view.ts";
import type { InviteView } from "#lib/invites/view.ts";

/** Links that were neither used nor withdrawn, expired ones too, newest first. Role admin. */
export async function listInvites(ctx: Ctx): Promise<InviteView[]> {
  requireRole(ctx, "admin");
  const rows = await db().invite.findMany({
    where: { projectId: ctx.projectId, usedAt: null, withdrawnAt: null },
    orderBy: { createdAt: "desc" },
  });
  return rows.map(toInviteView);
}
