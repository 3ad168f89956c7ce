import { consoleRoute } from "#lib/http/console-route.ts";
import { deleteEndpoint } from "#lib/webhooks/delete-endpoint.ts";

export const dynamic = "force-dynamic";

export const DELETE = consoleRoute<{ endpointId: string }>(async ({ ctx, params }) => {
  await deleteEndpoint(ctx, params.endpointId);
  return new Response(null, { status: 204 });
});
