import { decode, encode } from "next-auth/jwt";

import { deriveKey } from "#lib/auth/derive-key.ts";
import { SESSION_SECONDS } from "#lib/auth/session-cookies.ts";

/** What a session's encrypted token says: the user's UUID, and the user's `sessionVersion` when it was made. */
export type SessionClaims = { userId: string; sessionVersion: number };

/** next-auth's secret: a key derived from SECRET_KEY, in hex. */
export function sessionSecret(): string {
  return deriveKey("sessions").toString("hex");
}

/** A new token (next-auth's JWE: A256GCM, random jti), valid for `SESSION_SECONDS`. */
export function writeSessionToken({ userId, sessionVersion }: SessionClaims): Promise<string> {
  return encode({ token: { sub: userId, sessionVersion }, secret: sessionSecret(), maxAge: SESSION_SECONDS });
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
  const userId = claims?.sub;
  const sessionVersion = claims?.["sessionVersion"];
  return typeof userId === "string" && typeof sessionVersion === "number" ? { userId, sessionVersion } : null;
}
