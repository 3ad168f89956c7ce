import { normalizeEmail } from "#lib/accounts/normalize-email.ts";
import { signInSchema } from "#lib/accounts/schema.ts";
import { recordAnonymousAudit, recordAudit } from "#lib/audit/record-audit.ts";
import { verifyPassword } from "#lib/auth/password.ts";
import { countSignInAttempt, forgetSignInAttempts, SignInLimitError } from "#lib/auth/sign-in-limit.ts";
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
  try {
    await countSignInAttempt(account, address);
  } catch (thrown) {
    // Once per window: whoever is refused could otherwise fill the log.
    if (thrown instanceof SignInLimitError && thrown.isFirst) await recordLimit(account, address);
    throw thrown;
  }
  // The same questions whether or not there is such a user, so that the time of the answer does not tell.
  const [user, oldest] = await Promise.all([
    db().user.findUnique({
      where: { email: account },
      omit: { passwordHash: false },
      include: {
        memberships: {
          select: { projectId: true },
          orderBy: { project: { createdAt: "asc" } },
          take: 1,
        },
      },
    }),
    db().project.findFirst({ orderBy: { createdAt: "asc" }, select: { id: true } }),
  ]);
  const isRight = await verifyPassword(user?.passwordHash ?? null, password);
  // An attempt on no account at all belongs to the installation, which is the oldest project's.
  const projectId = user?.memberships[0]?.projectId ?? oldest?.id;
  if (!user || !isRight || user.disabledAt !== null) {
    const reason = !user ? "unknown_account" : isRight ? "disabled" : "wrong_password";
    if (projectId !== undefined)
      await recordAnonymousAudit(
        db(),
        { projectId, name: user?.email ?? shownAccount(account), address },
        {
          action: "session.sign_in_failed",
          object: { kind: "user", id: user?.id ?? null, name: user?.email ?? shownAccount(account) },
          after: { reason },
        },
      );
    return null;
  }
  await forgetSignInAttempts(account, address);
  await db().$transaction(async (tx) => {
    await tx.user.update({ where: { id: user.id }, data: { lastSignInAt: new Date() } });
    if (projectId !== undefined)
      await recordAudit(
        tx,
        {
          projectId,
          actor: { kind: "user", id: user.id, name: user.name },
          role: "viewer",
          trigger: "console",
          address,
        },
        { action: "session.sign_in", object: { kind: "user", id: user.id, name: user.email } },
      );
  });
  return { userId: user.id, email: user.email, name: user.name, sessionVersion: user.sessionVersion };
}

/** The same entry whether or not there is such an account; it belongs to the installation. */
async function recordLimit(account: string, address: string): Promise<void> {
  const oldest = await db().project.findFirst({ orderBy: { createdAt: "asc" }, select: { id: true } });
  if (oldest === null) return;
  const name = shownAccount(account);
  await recordAnonymousAudit(
    db(),
    { projectId: oldest.id, name, address },
    {
      action: "session.sign_in_failed",
      object: { kind: "user", id: null, name },
      after: { reason: "too_many_attempts" },
    },
  );
}

/** What was typed as an address, unless it does not look like one: people type passwords into the wrong field. */
function shownAccount(account: string): string {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(account) ? account : "?";
}
