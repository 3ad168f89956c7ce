import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { insertInvite } from "#lib/invites/insert-invite.ts";
import type { CreatedInvite } from "#lib/invites/view.ts";
import { lockMember } from "#lib/users/lock-member.ts";

/**
 * Makes a link with which a member (`usr_…`) sets a new password. It works once, for seven days, and is in this answer
 * alone; until it is used, the old password and its sessions go on. Role admin.
 * @throws {AppError} `not_found`; `forbidden` for oneself; `conflict` for a disabled user
 */
export async function createReset(ctx: Ctx, userId: string): Promise<CreatedInvite> {
  requireRole(ctx, "admin");
  return db().$transaction(async (tx) => {
    const member = await lockMember(tx, ctx, userId, "Change your own password in Preferences.");
    if (member.isDisabled)
      throw new AppError("conflict", "This account is disabled. Enable it first, then reset its password.");
    const { email, role } = member;
    const { invite, link } = await insertInvite(tx, ctx, { kind: "reset", email, role, userId: member.id });
    await recordAudit(tx, ctx, {
      action: "user.reset_link",
      object: { kind: "user", id: member.id, name: email },
      after: { expiresAt: invite.expiresAt },
    });
    return { invite, link };
  });
}
