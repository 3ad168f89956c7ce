import { getEnv } from "#lib/env.ts";

export type CookieOptions = { httpOnly: true; sameSite: "lax"; path: "/"; secure: boolean };
type Cookie = { name: string; options: CookieOptions };

/** A session ends this long after sign-in. */
export const SESSION_SECONDS = 14 * 24 * 3600;

/**
 * Names and attributes of the cookies of sign-in. `__Host-` and Secure when the console is reached over https; plain
 * names on http, where browsers drop `__Host-` and Secure cookies without a word and nobody could sign in.
 */
export function sessionCookies(): { session: Cookie; csrf: Cookie; callback: Cookie } {
  const secure = getEnv().publicUrl.startsWith("https://");
  const cookie = (name: string): Cookie => ({
    name: `${secure ? "__Host-" : ""}vod-console-${name}`,
    options: { httpOnly: true, sameSite: "lax", path: "/", secure },
  });
  return { session: cookie("session"), csrf: cookie("csrf"), callback: cookie("callback") };
}

/** The value of one cookie of a Cookie header, or null; the first one counts when a name comes twice. */
export function readCookie(header: string | null | undefined, name: string): string | null {
  for (const part of (header ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (equals < 0 || part.slice(0, equals).trim() !== name) continue;
    const value = part.slice(equals + 1).trim();
    return value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value;
  }
  return null;
}

/** A Set-Cookie line. */
export function writeCookie(cookie: Cookie, value: string, maxAgeSeconds: number): string {
  const { secure } = cookie.options;
  return `${cookie.name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
}
