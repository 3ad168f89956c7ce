import { recordAudit } from "#lib/audit/record-audit.ts";
import { changePasswordSchema } from "#lib/accounts/schema.ts";
import { hashPassword, verifyPassword } from "#lib/auth/password.ts";
import { countSignInAttempt, forgetSignInAttempts } from "#lib/auth/sign-in-limit.ts";
import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { parseInput } from "#lib/parse-input.ts";

/**
 * Gives the signed-in user a new password and ends all of the user's sessions by raising `sessionVersion`, which is
 * returned: the caller's own session goes on with a token that carries it. `address` is the client's IP address;
 * wrong current passwords count as sign-in attempts.
 * @throws {AppError} `invalid_input` at `currentPassword` or `newPassword`, `forbidden` for an access key, `rate_limited`
 */
export async function changePassword(
  ctx: Ctx,
  input: unknown,
  address: string,
): Promise<{ userId: string; sessionVersion: number }> {
  const { currentPassword, newPassword } = parseInput(changePasswordSchema, input);
  if (ctx.actor.kind !== "user")
    throw new AppError("forbidden", "An access key has no password. Sign in to the console to change yours.");
  const user = await db().user.findUnique({
    where: { id: ctx.actor.id },
    select: { id: true, email: true, passwordHash: true, sessionVersion: true },
  });
  if (!user) throw new AppError("unauthenticated", "This account is gone. Sign in again.");
  await countSignInAttempt(user.email, address);
  if (!(await verifyPassword(user.passwordHash, currentPassword)))
    throw refused("currentPassword", "This is not your current password.");
  await forgetSignInAttempts(user.email, address);
  if (newPassword === currentPassword)
    throw refused("newPassword", "Choose a password other than the current one.");

  const passwordHash = await hashPassword(newPassword);
  const sessionVersion = user.sessionVersion + 1;
  await db().$transaction(async (tx) => {
    const { count } = await tx.user.updateMany({
      where: { id: user.id, sessionVersion: user.sessionVersion },
      data: { passwordHash, sessionVersion },
    });
    if (count === 0)
      throw new AppError("conflict", "The password was changed elsewhere at this moment. Sign in again.");
    await recordAudit(tx, ctx, {
      action: "user.change_password",
      object: { kind: "user", id: user.id, name: user.email },
    });
  });
  logger("accounts").info({ userId: user.id }, "password changed, other sessions ended");
  return { userId: user.id, sessionVersion };
}

function refused(path: string, message: string): AppError {
  return new AppError("invalid_input", message, { issues: [{ path, message }] });
}
