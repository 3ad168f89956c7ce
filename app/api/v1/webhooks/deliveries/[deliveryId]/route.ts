import { consoleRoute } from "#lib/http/console-route.ts";
import { getDelivery } from "#lib/webhooks/get-delivery.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute<{ deliveryId: string }>(async ({ ctx, params }) =>
  Response.json(await getDelivery(ctx, params.deliveryId)),
);
