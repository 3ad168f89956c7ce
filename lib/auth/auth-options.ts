import type { NextAuthOptions } from "next-auth";

import { signIn } from "#lib/accounts/sign-in.ts";
import { callbackPath } from "#lib/auth/callback-path.ts";
import { findSessionByClaims } from "#lib/auth/find-session.ts";
import { SESSION_SECONDS, sessionCookies } from "#lib/auth/session-cookies.ts";
import { endSession } from "#lib/auth/end-session.ts";
import { readClaims, sessionSecret } from "#lib/auth/session-token.ts";
import { AppError } from "#lib/errors.ts";
import { getEnv } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { CLIENT_ADDRESS_HEADER } from "#lib/http/client-address.ts";
import { logger } from "#lib/log.ts";

declare module "next-auth" {
  // The user that `authorize` hands to `callbacks.jwt`.
  interface User {
    sessionVersion: number;
  }
}

/**
 * next-auth 4 with e-mail and password and JWT sessions. `signIn("credentials", { email, password, redirect: false })`
 * answers with `error`: `CredentialsSignin` (wrong), `rate_limited`, `unavailable` or `internal`.
 */
export function authOptions(): NextAuthOptions {
  const { publicUrl } = getEnv();
  const cookies = sessionCookies();
  const log = logger("auth");
  // next-auth 4 reads the address of its own routes from here and nowhere else.
  process.env["NEXTAUTH_URL"] = publicUrl;
  return {
    secret: sessionSecret(),
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    cookies: { sessionToken: cookies.session, csrfToken: cookies.csrf, callbackUrl: cookies.callback },
    useSecureCookies: cookies.session.options.secure,
    logger: {
      error: (code, metadata) => log.error({ code, metadata }, "next-auth"),
      warn: (code) => log.debug({ code }, "next-auth"),
      debug: (code, metadata) => log.debug({ code, metadata }, "next-auth"),
    },
    providers: [
      // Written out: next-auth's own factory is CommonJS, and its default import differs between Node and bundlers.
      {
        id: "credentials",
        name: "E-mail and password",
        type: "credentials",
        credentials: { email: {}, password: {} },
        authorize: async (given, request) => {
          const address: unknown = request.headers?.[CLIENT_ADDRESS_HEADER];
          try {
            const user = await signIn(given, typeof address === "string" ? address : "unknown");
            return (
              user && {
                id: user.userId,
                email: user.email,
                name: user.name,
                sessionVersion: user.sessionVersion,
              }
            );
          } catch (thrown) {
            // The message becomes `?error=` of the sign-in page: a code, never a detail.
            if (thrown instanceof AppError) throw new Error(thrown.code, { cause: thrown });
            log.error({ err: thrown }, "sign-in failed unexpectedly");
            throw new Error("internal", { cause: thrown });
          }
        },
      },
    ],
    events: {
      // The cookie goes with the browser's copy; whoever kept another one must not go on with it.
      signOut: async ({ token }) => {
        const claims = readClaims(token);
        if (claims) await endSession(claims.sessionId);
      },
    },
    callbacks: {
      // `user` is there on sign-in only, whatever its type says.
      jwt: ({ token, user, trigger }) =>
        trigger === "signIn"
          ? { ...token, sub: user.id, sessionVersion: user.sessionVersion, sessionId: newId() }
          : token,
      // What /api/auth/session tells the browser: nothing once the row has moved on.
      session: async ({ session, token }) => {
        const claims = readClaims(token);
        const known = claims && (await findSessionByClaims(claims));
        return known
          ? { ...session, user: { name: known.user.name, email: known.user.email } }
          : { expires: new Date(0).toISOString() };
      },
      redirect: ({ url }) => `${publicUrl}${callbackPath(url, publicUrl)}`,
    },
  };
}
