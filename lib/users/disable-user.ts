import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { lockMember, requireAnotherAdmin, withdrawLinksOf } from "#lib/users/lock-member.ts";

/**
 * Keeps a member (`usr_…`) from signing in, ends the member's sessions, and ends every open link that the member made
 * or was given. Tasks stay. Role admin. Disabling twice is the same as disabling once.
 * @throws {AppError} `not_found`; `forbidden` for oneself; `conflict` for the last active admin
 */
export async function disableUser(ctx: Ctx, userId: string): Promise<void> {
  requireRole(ctx, "admin");
  await db().$transaction(async (tx) => {
    const member = await lockMember(
      tx,
      ctx,
      userId,
      "You cannot disable your own account. Another admin can do it.",
    );
    if (member.isDisabled) return;
    await requireAnotherAdmin(tx, ctx, member);
    await tx.user.update({
      where: { id: member.id },
      data: { disabledAt: new Date(), sessionVersion: { increment: 1 } },
    });
    await withdrawLinksOf(tx, member, "all");
    await recordAudit(tx, ctx, {
      action: "user.disable",
      object: { kind: "user", id: member.id, name: member.email },
      before: { state: "active" },
      after: { state: "disabled" },
    });
  });
}
