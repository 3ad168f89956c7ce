import { changePassword } from "#lib/accounts/change-password.ts";
import { SESSION_SECONDS, sessionCookies, writeCookie } from "#lib/auth/session-cookies.ts";
import { writeSessionToken } from "#lib/auth/session-token.ts";
import { clientAddress } from "#lib/http/client-address.ts";
import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";

/** Changes the password, ends every other session, and goes on with this one under a new token. */
export const POST = consoleRoute(async ({ request, ctx }) => {
  const claims = await changePassword(ctx, await readJson(request), clientAddress(request));
  const cookie = writeCookie(sessionCookies().session, await writeSessionToken(claims), SESSION_SECONDS);
  return new Response(null, { status: 204, headers: { "Set-Cookie": cookie } });
});
