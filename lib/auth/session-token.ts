import { decode, encode } from "next-auth/jwt";

import { deriveKey } from "#lib/auth/derive-key.ts";
import { SESSION_SECONDS } from "#lib/auth/session-cookies.ts";
import { newId } from "#lib/ids.ts";

/**
 * What a session's encrypted token says: the user's UUID, the user's `sessionVersion` when it was made, and an id of the
 * session's own, which stays the same when next-auth renews the token.
 */
export type SessionClaims = { userId: string; sessionVersion: number; sessionId: string };

/** next-auth's secret: a key derived from SECRET_KEY, in hex. */
export function sessionSecret(): string {
  return deriveKey("sessions").toString("hex");
}

/** The token of a new session (next-auth's JWE: A256GCM), valid for `SESSION_SECONDS`. */
export function writeSessionToken({
  userId,
  sessionVersion,
}: Omit<SessionClaims, "sessionId">): Promise<string> {
  const token = { sub: userId, sessionVersion, sessionId: newId() };
  return encode({ token, secret: sessionSecret(), maxAge: SESSION_SECONDS });
}

/** What a token claims, or null when it is forged, expired or from another SECRET_KEY. Nothing is checked against the row. */
export async function readSessionToken(token: string): Promise<SessionClaims | null> {
  let claims: Awaited<ReturnType<typeof decode>>;
  try {
    claims = await decode({ token, secret: sessionSecret() });
  } catch {
    // jose rejects whatever is not a valid token of ours; that is the answer "no".
    return null;
  }
  return claims === null ? null : readClaims(claims);
}

/** The claims of a decoded token, or null when one is missing. */
export function readClaims(token: Record<string, unknown>): SessionClaims | null {
  const { sub: userId, sessionVersion, sessionId } = token;
  const isWhole =
    typeof userId === "string" && typeof sessionVersion === "number" && typeof sessionId === "string";
  return isWhole ? { userId, sessionVersion, sessionId } : null;
}
