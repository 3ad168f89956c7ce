import { consoleRoute } from "#lib/http/console-route.ts";
import { listDeliveries } from "#lib/webhooks/list-deliveries.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute(async ({ request, ctx }) =>
  Response.json(await listDeliveries(ctx, Object.fromEntries(new URL(request.url).searchParams))),
);
