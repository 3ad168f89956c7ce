import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { newId, showId } from "#lib/ids.ts";
import { auditEndpoint } from "#lib/webhooks/audit-endpoint.ts";
import { getOwnEndpoint } from "#lib/webhooks/get-own-endpoint.ts";
import { TEST_EVENT } from "#lib/webhooks/schema.ts";
import { DELIVERY_ROW, toDeliveryView } from "#lib/webhooks/to-delivery-view.ts";
import type { DeliveryView } from "#lib/webhooks/view.ts";

/**
 * Queues a `webhook.test` event for an endpoint, signed and sent like any other. Role admin.
 * @throws {AppError} `not_found`; `conflict` while the endpoint is disabled
 */
export async function testEndpoint(ctx: Ctx, endpointId: string): Promise<DeliveryView> {
  requireRole(ctx, "admin");
  const endpoint = await getOwnEndpoint(ctx, endpointId);
  if (!endpoint.enabled)
    throw new AppError("conflict", "This endpoint is disabled. Enable it to send a test.");
  const row = await db().$transaction(async (tx) => {
    const made = await tx.webhookDelivery.create({
      data: {
        id: newId(),
        projectId: ctx.projectId,
        eventId: newId(),
        event: TEST_EVENT,
        endpointId: endpoint.id,
        url: endpoint.url,
        body: JSON.stringify({
          type: TEST_EVENT,
          timestamp: new Date().toISOString(),
          data: { endpoint: showId("webhookEndpoint", endpoint.id), sentBy: ctx.actor.name },
        }),
      },
      select: DELIVERY_ROW,
    });
    await recordAudit(tx, ctx, { action: "webhook.test", object: auditEndpoint(endpoint) });
    return made;
  });
  return toDeliveryView(ctx, row);
}
