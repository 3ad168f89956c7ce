import { requireRole, type Ctx, type Role } from "#lib/context.ts";
import { authenticate, credentialsOf } from "#lib/http/authenticate.ts";
import { clientAddress } from "#lib/http/client-address.ts";
import { errorResponse } from "#lib/http/error-response.ts";

/** What Next hands to a route handler beside the request. */
type RouteContext<P> = { params: Promise<P> };

/** What a handler of the native API works with; `params` are the dynamic segments of its path. */
export type ConsoleRequest<P> = { request: Request; ctx: Ctx; params: P };

/**
 * A handler of the native API: asks who calls (session cookie or access key), refuses cross-site writes, and answers
 * errors as `{ error: { code, message, issues } }`. `role` is for handlers without a verb of their own: verbs check it
 * themselves. Answers are never cached unless the handler says so.
 */
export function consoleRoute<P = Record<string, never>>(
  handle: (call: ConsoleRequest<P>) => Response | Promise<Response>,
  options: { role?: Role } = {},
): (request: Request, context: RouteContext<P>) => Promise<Response> {
  return async (request, context) => {
    try {
      const caller = await authenticate(request.method, credentialsOf(request.headers));
      const ctx: Ctx = { ...caller, address: clientAddress(request) };
      if (options.role) requireRole(ctx, options.role);
      const response = await handle({ request, ctx, params: await context.params });
      if (!response.headers.has("Cache-Control")) response.headers.set("Cache-Control", "no-store");
      return response;
    } catch (thrown) {
      return errorResponse(thrown);
    }
  };
}
