import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { insertInvite } from "#lib/invites/insert-invite.ts";
import { createInviteSchema } from "#lib/invites/schema.ts";
import type { CreatedInvite } from "#lib/invites/view.ts";
import { parseInput } from "#lib/parse-input.ts";
import { lockMembers } from "#lib/users/lock-member.ts";

/**
 * Makes a link with which a new user joins the project. It works once, for seven days, and is in this answer alone; an
 * earlier open one for the same address ends. Role admin. `input`: see createInviteSchema.
 * @throws {AppError} `invalid_input`, `forbidden`; `conflict` when the address has an account
 */
export async function createInvite(ctx: Ctx, input: unknown): Promise<CreatedInvite> {
  requireRole(ctx, "admin");
  const { email, role } = parseInput(createInviteSchema, input);
  requireRole(ctx, role);
  return db().$transaction(async (tx) => {
    await lockMembers(tx, ctx);
    if ((await tx.user.count({ where: { email } })) > 0) throw hasAccount();
    const { id, invite, link } = await insertInvite(tx, ctx, { kind: "invite", email, role, userId: null });
    await recordAudit(tx, ctx, {
      action: "invite.create",
      object: { kind: "invite", id, name: email },
      after: { role, expiresAt: invite.expiresAt },
    });
    return { invite, link };
  });
}

function hasAccount(): AppError {
  const message = "There is already an account with this e-mail address.";
  return new AppError("conflict", message, { issues: [{ path: "email", message }] });
}
