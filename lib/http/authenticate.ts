import { findSession } from "#lib/auth/find-session.ts";
import { verifyAccessKey } from "#lib/auth/verify-access-key.ts";
import type { Ctx } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { requireSameOrigin, type OriginHeaders } from "#lib/http/same-origin.ts";

export type Credentials = OriginHeaders & { authorization: string | null; cookie: string | null };

/**
 * Who calls the native API: an access key when there is an Authorization header (cookies are then ignored), else the
 * session cookie, whose writes must come from a page of this console.
 * @throws {AppError} `unauthenticated`, `forbidden`
 */
export async function authenticate(method: string, given: Credentials): Promise<Ctx> {
  if (given.authorization !== null) {
    const ctx = await verifyAccessKey(given.authorization, "native");
    if (ctx === null) throw new AppError("unauthenticated", "The access key ID or its secret is wrong.");
    return ctx;
  }
  const session = await findSession(given.cookie);
  if (session === null)
    throw new AppError(
      "unauthenticated",
      "Sign in, or send an access key as Authorization: Basic accessKeyId:secret.",
    );
  requireSameOrigin(method, given);
  return session.ctx;
}

/** The credentials of a fetch-style request. */
export function credentialsOf(headers: Headers): Credentials {
  return {
    authorization: headers.get("authorization"),
    cookie: headers.get("cookie"),
    origin: headers.get("origin"),
    host: headers.get("host"),
    secFetchSite: headers.get("sec-fetch-site"),
  };
}
