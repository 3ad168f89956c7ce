import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { parseInput } from "#lib/parse-input.ts";
import { lockMember, requireAnotherAdmin, withdrawLinksOf } from "#lib/users/lock-member.ts";
import { changeRoleSchema } from "#lib/users/schema.ts";

/**
 * Gives a member (`usr_…`) another role and ends the member's sessions; links that a former admin made end, too.
 * Role admin. `input`: see changeRoleSchema. The same role again changes nothing.
 * @throws {AppError} `not_found`; `forbidden` for oneself; `conflict` for the last active admin
 */
export async function changeRole(ctx: Ctx, userId: string, input: unknown): Promise<void> {
  requireRole(ctx, "admin");
  const { role } = parseInput(changeRoleSchema, input);
  await db().$transaction(async (tx) => {
    const member = await lockMember(
      tx,
      ctx,
      userId,
      "You cannot change your own role. Another admin can do it.",
    );
    if (member.role === role) return;
    await requireAnotherAdmin(tx, ctx, member);
    await tx.membership.update({
      where: { userId_projectId: { userId: member.id, projectId: ctx.projectId } },
      data: { role },
    });
    await tx.user.update({ where: { id: member.id }, data: { sessionVersion: { increment: 1 } } });
    if (member.role === "admin") await withdrawLinksOf(tx, member, "made");
    await recordAudit(tx, ctx, {
      action: "user.change_role",
      object: { kind: "user", id: member.id, name: member.email },
      before: { role: member.role },
      after: { role },
    });
  });
}
