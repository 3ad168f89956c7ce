import { SESSION_SECONDS } from "#lib/auth/session-cookies.ts";
import { db } from "#lib/db/client.ts";

/** Ends one session: its token opens nothing from now on. What was kept about tokens that have expired since goes. */
export async function endSession(sessionId: string): Promise<void> {
  const now = Date.now();
  await db().endedSession.deleteMany({ where: { expiresAt: { lt: new Date(now) } } });
  const expiresAt = new Date(now + SESSION_SECONDS * 1000);
  await db().endedSession.createMany({ data: { id: sessionId, expiresAt }, skipDuplicates: true });
}
