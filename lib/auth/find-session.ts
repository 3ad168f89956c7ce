import { readCookie, sessionCookies } from "#lib/auth/session-cookies.ts";
import { readSessionToken, type SessionClaims } from "#lib/auth/session-token.ts";
import type { Ctx, Role } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { showId } from "#lib/ids.ts";

/** A signed-in person. Ids in `ctx` are UUIDs, in `user` and `project` TypeIDs. */
export type Session = {
  ctx: Ctx;
  user: { id: string; email: string; name: string; role: Role };
  project: { id: string; name: string };
};

/**
 * The session of a Cookie header, or null. The row is read every time: a password, role or disable change has raised
 * its `sessionVersion`, and an older token then opens nothing.
 */
export async function findSession(cookieHeader: string | null | undefined): Promise<Session | null> {
  const token = readCookie(cookieHeader, sessionCookies().session.name);
  return token === null ? null : findSessionByToken(token);
}

/** The session of a token as it stands in the cookie, or null. */
export async function findSessionByToken(token: string): Promise<Session | null> {
  const claims = await readSessionToken(token);
  return claims === null ? null : findSessionByClaims(claims);
}

/** The session of what a valid token claims, or null when the row has moved on. */
export async function findSessionByClaims(claims: SessionClaims): Promise<Session | null> {
  const user = await db().user.findFirst({
    where: { id: claims.userId, sessionVersion: claims.sessionVersion, disabledAt: null },
    select: {
      id: true,
      email: true,
      name: true,
      memberships: {
        select: { role: true, project: { select: { id: true, name: true } } },
        orderBy: { project: { createdAt: "asc" } },
        take: 1,
      },
    },
  });
  const membership = user?.memberships[0];
  if (!user || !membership) return null;
  const ended = await db().endedSession.findUnique({ where: { id: claims.sessionId } });
  if (ended !== null) return null;
  const { role, project } = membership;
  return {
    ctx: {
      projectId: project.id,
      actor: { kind: "user", id: user.id, name: user.name },
      role,
      trigger: "console",
    },
    user: { id: showId("user", user.id), email: user.email, name: user.name, role },
    project: { id: showId("project", project.id), name: project.name },
  };
}
