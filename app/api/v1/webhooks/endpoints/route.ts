import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { createEndpoint } from "#lib/webhooks/create-endpoint.ts";
import { listEndpoints } from "#lib/webhooks/list-endpoints.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute(async ({ ctx }) => Response.json(await listEndpoints(ctx)));

export const POST = consoleRoute(async ({ request, ctx }) =>
  Response.json(await createEndpoint(ctx, await readJson(request)), { status: 201 }),
);
