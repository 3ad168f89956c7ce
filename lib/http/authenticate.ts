import { findSession } from "#lib/auth/find-session.ts";
import { readCookie, sessionCookies } from "#lib/auth/session-cookies.ts";
import { checkAccessKey } from "#lib/auth/check-access-key.ts";
import type { Ctx } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { CLIENT_ADDRESS_HEADER } from "#lib/http/client-address.ts";
import { requireSameOrigin, type OriginHeaders } from "#lib/http/same-origin.ts";

export type Credentials = OriginHeaders & {
  authorization: string | null;
  cookie: string | null;
  /** The client's IP address. */
  address: string;
};

/**
 * Who calls the native API: an access key when there is an Authorization header, else the session cookie, whose writes must
 * come from a page of this console. Both at once are refused: which of them was meant cannot be known.
 * @throws {AppError} `unauthenticated`, `forbidden`, `rate_limited`
 */
export async function authenticate(method: string, given: Credentials): Promise<Ctx> {
  if (given.authorization !== null) {
    if (readCookie(given.cookie, sessionCookies().session.name) !== null)
      throw new AppError("unauthenticated", "Send an access key or a session cookie, not both.");
    const ctx = await checkAccessKey(given.authorization, "native", given.address);
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
    address: headers.get(CLIENT_ADDRESS_HEADER) ?? "unknown",
  };
}
