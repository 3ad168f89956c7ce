import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";

/**
 * Ends an open link (`inv_…`). Role admin.
 * @throws {AppError} `not_found` (also when it was used or withdrawn), `forbidden`
 */
export async function withdrawInvite(ctx: Ctx, inviteId: string): Promise<void> {
  requireRole(ctx, "admin");
  const id = readId("invite", inviteId);
  const open = { id: id ?? "", projectId: ctx.projectId, usedAt: null, withdrawnAt: null };
  await db().$transaction(async (tx) => {
    const invite = id === null ? null : await tx.invite.findFirst({ where: open });
    const { count } =
      invite === null
        ? { count: 0 }
        : await tx.invite.updateMany({ where: open, data: { withdrawnAt: new Date() } });
    if (invite === null || count === 0)
      throw new AppError("not_found", "There is no such open link in this project.");
    await recordAudit(tx, ctx, {
      action: "invite.withdraw",
      object: { kind: "invite", id: invite.id, name: invite.email },
      before: { kind: invite.kind, role: invite.role, expiresAt: invite.expiresAt.toISOString() },
    });
  });
}
