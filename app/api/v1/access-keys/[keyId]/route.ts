import { revokeAccessKey } from "#lib/access-keys/revoke-access-key.ts";
import { consoleRoute } from "#lib/http/console-route.ts";

export const dynamic = "force-dynamic";

export const DELETE = consoleRoute<{ keyId: string }>(async ({ ctx, params }) => {
  await revokeAccessKey(ctx, params.keyId);
  return new Response(null, { status: 204 });
});
