import type { Ctx, Role } from "#lib/context.ts";
import type { Tx } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { hashInviteToken, newInviteToken } from "#lib/invites/invite-token.ts";
import { INVITE_DAYS } from "#lib/invites/schema.ts";
import { toInviteView } from "#lib/invites/to-invite-view.ts";
import type { CreatedInvite, InviteKind } from "#lib/invites/view.ts";

const DAY_MS = 24 * 3_600_000;

type Wanted = { kind: InviteKind; email: string; role: Role; userId: string | null };

/** A new link, in place of every open one of its kind for the same address: only the newest works. */
export async function insertInvite(
  tx: Tx,
  ctx: Ctx,
  wanted: Wanted,
): Promise<CreatedInvite & { id: string }> {
  const { kind, email } = wanted;
  await tx.invite.updateMany({
    where: { projectId: ctx.projectId, kind, email, usedAt: null, withdrawnAt: null },
    data: { withdrawnAt: new Date() },
  });
  const token = newInviteToken();
  const row = await tx.invite.create({
    data: {
      id: newId(),
      projectId: ctx.projectId,
      ...wanted,
      tokenHash: hashInviteToken(token),
      createdByUserId: ctx.actor.kind === "user" ? ctx.actor.id : null,
      createdByName: ctx.actor.name,
      expiresAt: new Date(Date.now() + INVITE_DAYS * DAY_MS),
    },
  });
  return { id: row.id, invite: toInviteView(row), link: `${getEnv().publicUrl}/invite/${token}` };
}
