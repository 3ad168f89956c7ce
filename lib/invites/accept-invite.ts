import { recordAudit } from "#lib/audit/record-audit.ts";
import { hashPassword } from "#lib/auth/password.ts";
import type { Ctx } from "#lib/context.ts";
import { db, type Tx } from "#lib/db/client.ts";
import type { Invite } from "#lib/db/generated/client.ts";
import { isUniqueViolation } from "#lib/db/is-unique-violation.ts";
import { AppError } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import { findOpenInvite, openInviteWhere } from "#lib/invites/find-open-invite.ts";
import { acceptInviteSchema } from "#lib/invites/schema.ts";
import { invalidField, parseInput } from "#lib/parse-input.ts";

/**
 * Uses a link: makes the new user, or sets the existing one's password and ends all of that user's sessions. The link
 * is the credential; nobody is signed in here. `address` is the client's IP address. `input`: see acceptInviteSchema.
 * @returns the e-mail address to sign in with.
 * @throws {AppError} `invalid_input`; `not_found` when the link does not work (any more); `conflict` when the address
 * has got an account meanwhile
 */
export async function acceptInvite(input: unknown, address: string): Promise<{ email: string }> {
  const { token, name = "", password } = parseInput(acceptInviteSchema, input);
  // Before the costly hash: guessing tokens must not keep the processor busy.
  const open = await findOpenInvite(token);
  if (open === null) throw linkIsDead();
  if (open.kind === "invite" && name === "") throw invalidField("name", "Give your name.");
  const passwordHash = await hashPassword(password);
  try {
    return await db().$transaction(async (tx) => {
      const where = openInviteWhere(token);
      const invite = await tx.invite.findFirst({ where });
      // Of two at the same moment, one changes the row; the other finds it changed.
      const { count } = await tx.invite.updateMany({ where, data: { usedAt: new Date() } });
      if (invite === null || count === 0) throw linkIsDead();
      await (invite.userId === null
        ? join(tx, invite, { name, passwordHash, address })
        : reset(tx, invite, invite.userId, { passwordHash, address }));
      return { email: invite.email };
    });
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown;
    throw new AppError("conflict", "There is already an account with this e-mail address. Sign in.", {
      cause: thrown,
    });
  }
}

type OpenRow = Omit<Invite, "tokenHash">;

async function join(
  tx: Tx,
  invite: OpenRow,
  { name, passwordHash, address }: { name: string; passwordHash: string; address: string },
): Promise<void> {
  const { email, role, projectId } = invite;
  const id = newId();
  await tx.user.create({
    data: { id, email, name, passwordHash, memberships: { create: { projectId, role } } },
    select: { id: true },
  });
  await recordAudit(tx, holder(invite, id, name, address), {
    action: "user.join",
    object: { kind: "user", id, name: email },
    after: { name, role, invitedBy: invite.createdByName },
  });
}

async function reset(
  tx: Tx,
  invite: OpenRow,
  userId: string,
  { passwordHash, address }: { passwordHash: string; address: string },
): Promise<void> {
  const where = { id: userId, disabledAt: null };
  const { count } = await tx.user.updateMany({
    where,
    data: { passwordHash, sessionVersion: { increment: 1 } },
  });
  if (count === 0) throw linkIsDead();
  const user = await tx.user.findUniqueOrThrow({ where: { id: userId }, select: { name: true } });
  await recordAudit(tx, holder(invite, userId, user.name, address), {
    action: "user.reset_password",
    object: { kind: "user", id: userId, name: invite.email },
    after: { offeredBy: invite.createdByName },
  });
}

/** Whoever holds the link is the user that it is for. */
function holder(invite: OpenRow, userId: string, name: string, address: string): Ctx {
  return {
    projectId: invite.projectId,
    actor: { kind: "user", id: userId, name },
    role: "viewer",
    trigger: "console",
    address,
  };
}

function linkIsDead(): AppError {
  return new AppError(
    "not_found",
    "This link does not work: it was used, withdrawn or has expired. Ask an admin for a new one.",
  );
}
