import { normalizeEmail } from "#lib/accounts/normalize-email.ts";
import { hashPassword } from "#lib/auth/password.ts";
import { db } from "#lib/db/client.ts";
import { newId } from "#lib/ids.ts";

/** Any number of web processes may start at once on one database; this names their turn. */
const FIRST_ADMIN_LOCK = 7_310_001n;

/**
 * Makes the first user, admin of `projectId` (UUID), when there is no user at all yet.
 * @returns whether it made one: only then is the password worth printing.
 */
export async function createFirstAdmin(given: {
  projectId: string;
  email: string;
  password: string;
  name?: string;
}): Promise<boolean> {
  if ((await db().user.count()) > 0) return false;
  const passwordHash = await hashPassword(given.password);
  return db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${FIRST_ADMIN_LOCK})`;
    if ((await tx.user.count()) > 0) return false;
    await tx.user.create({
      data: {
        id: newId(),
        email: normalizeEmail(given.email),
        name: given.name ?? "Admin",
        passwordHash,
        memberships: { create: { projectId: given.projectId, role: "admin" } },
      },
    });
    return true;
  });
}
