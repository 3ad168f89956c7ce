import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { hashInviteToken } from "#lib/invites/invite-token.ts";
import type { OpenInvite } from "#lib/invites/view.ts";

/** Rows whose link with this token works now. */
export function openInviteWhere(token: string): Prisma.InviteWhereInput {
  return {
    tokenHash: hashInviteToken(token),
    usedAt: null,
    withdrawnAt: null,
    expiresAt: { gt: new Date() },
  };
}

/** What a link is for; null when it is used, withdrawn, expired or none: one answer for every reason. */
export async function findOpenInvite(token: string): Promise<OpenInvite | null> {
  const row = await db().invite.findFirst({
    where: openInviteWhere(token),
    select: {
      kind: true,
      email: true,
      user: { select: { name: true, disabledAt: true } },
      project: { select: { name: true } },
    },
  });
  if (row === null || (row.user !== null && row.user.disabledAt !== null)) return null;
  return { kind: row.kind, email: row.email, name: row.user?.name ?? "", project: row.project.name };
}
