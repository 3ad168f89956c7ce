import { consoleRoute } from "#lib/http/console-route.ts";
import { testEndpoint } from "#lib/webhooks/test-endpoint.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ endpointId: string }>(async ({ ctx, params }) =>
  Response.json(await testEndpoint(ctx, params.endpointId), { status: 201 }),
);
