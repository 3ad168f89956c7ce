import { normalizeEmail } from "#lib/accounts/normalize-email.ts";
import { signInSchema } from "#lib/accounts/schema.ts";
import { verifyPassword } from "#lib/auth/password.ts";
import { countSignInAttempt, forgetSignInAttempts } from "#lib/auth/sign-in-limit.ts";
import { db } from "#lib/db/client.ts";

export type SignedIn = { userId: string; email: string; name: string; sessionVersion: number };

/**
 * Checks an e-mail and a password (`signInSchema`); null when they do not belong to an enabled user (one answer for every reason).
 * `address` is the client's IP address.
 * @throws {AppError} `rate_limited`, before the password is hashed; `unavailable` when too many hash at once.
 */
export async function signIn(input: unknown, address: string): Promise<SignedIn | null> {
  const given = signInSchema.safeParse(input);
  if (!given.success) return null;
  const { password } = given.data;
  const account = normalizeEmail(given.data.email);
  // PostgreSQL stores no NUL, and would refuse the look-up.
  if (account.includes("\0")) return null;
  await countSignInAttempt(account, address);
  const user = await db().user.findUnique({ where: { email: account }, omit: { passwordHash: false } });
  const isRight = await verifyPassword(user?.passwordHash ?? null, password);
  if (!user || !isRight || user.disabledAt !== null) return null;
  await forgetSignInAttempts(account, address);
  await db().user.update({ where: { id: user.id }, data: { lastSignInAt: new Date() } });
  return { userId: user.id, email: user.email, name: user.name, sessionVersion: user.sessionVersion };
}
