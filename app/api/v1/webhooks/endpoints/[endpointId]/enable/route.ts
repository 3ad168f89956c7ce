import { consoleRoute } from "#lib/http/console-route.ts";
import { enableEndpoint } from "#lib/webhooks/enable-endpoint.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ endpointId: string }>(async ({ ctx, params }) =>
  Response.json(await enableEndpoint(ctx, params.endpointId, true)),
);
