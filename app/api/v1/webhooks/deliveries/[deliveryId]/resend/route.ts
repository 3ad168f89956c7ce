import { consoleRoute } from "#lib/http/console-route.ts";
import { resendDelivery } from "#lib/webhooks/resend-delivery.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ deliveryId: string }>(async ({ ctx, params }) =>
  Response.json(await resendDelivery(ctx, params.deliveryId)),
);
