import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { changeRole } from "#lib/users/change-role.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ userId: string }>(async ({ request, ctx, params }) => {
  await changeRole(ctx, params.userId, await readJson(request));
  return new Response(null, { status: 204 });
});
