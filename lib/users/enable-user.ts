import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { lockMember } from "#lib/users/lock-member.ts";

/**
 * Lets a disabled member (`usr_…`) sign in again, with the password and role of before. Sessions from before stay
 * ended. Role admin.
 * @throws {AppError} `not_found`, `forbidden`
 */
export async function enableUser(ctx: Ctx, userId: string): Promise<void> {
  requireRole(ctx, "admin");
  await db().$transaction(async (tx) => {
    const member = await lockMember(tx, ctx, userId, "Your own account is enabled.");
    if (!member.isDisabled) return;
    await tx.user.update({ where: { id: member.id }, data: { disabledAt: null } });
    await recordAudit(tx, ctx, {
      action: "user.enable",
      object: { kind: "user", id: member.id, name: member.email },
      before: { state: "disabled" },
      after: { state: "active" },
    });
  });
}
