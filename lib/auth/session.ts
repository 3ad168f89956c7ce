import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";

import { findSessionByToken, type Session } from "#lib/auth/find-session.ts";
import { sessionCookies } from "#lib/auth/session-cookies.ts";

/** Request header that lib/http/server.ts writes: the path and query that the browser asked for. */
const REQUEST_PATH = "x-request-path";

/**
 * Who looks at this page. Every page calls it itself: a layout is no guard. Without a valid session it redirects to
 * `/sign-in?callbackUrl=<this page>`.
 */
export async function getPageSession(): Promise<Session> {
  const session = await findPageSession();
  if (session) return session;
  const here = (await headers()).get(REQUEST_PATH);
  redirect(here === null || here === "/" ? "/sign-in" : `/sign-in?callbackUrl=${encodeURIComponent(here)}`);
}

/** Like {@link getPageSession} for pages that anybody may see: null without a session. */
export async function findPageSession(): Promise<Session | null> {
  const token = (await cookies()).get(sessionCookies().session.name)?.value;
  return token === undefined ? null : findSessionByToken(token);
}
