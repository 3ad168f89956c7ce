import { consoleRoute } from "#lib/http/console-route.ts";
import { disableUser } from "#lib/users/disable-user.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ userId: string }>(async ({ ctx, params }) => {
  await disableUser(ctx, params.userId);
  return new Response(null, { status: 204 });
});
