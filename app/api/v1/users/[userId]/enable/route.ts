import { consoleRoute } from "#lib/http/console-route.ts";
import { enableUser } from "#lib/users/enable-user.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ userId: string }>(async ({ ctx, params }) => {
  await enableUser(ctx, params.userId);
  return new Response(null, { status: 204 });
});
