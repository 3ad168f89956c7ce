import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";
import { deliveryNotFound } from "#lib/webhooks/get-delivery.ts";
import { DELIVERY_ROW, toDeliveryView } from "#lib/webhooks/to-delivery-view.ts";
import type { DeliveryView } from "#lib/webhooks/view.ts";

/**
 * Sends a delivery again now, with the same event id and body and a new series of tries. Role operator.
 * @throws {AppError} `not_found`; `conflict` when it is about to be sent anyway, or its endpoint is disabled or deleted
 */
export async function resendDelivery(ctx: Ctx, deliveryId: string): Promise<DeliveryView> {
  requireRole(ctx, "operator");
  const id = readId("webhookDelivery", deliveryId);
  if (id === null) throw deliveryNotFound();
  const row = await db().$transaction(async (tx) => {
    await tx.$queryRaw`
      SELECT 1 FROM "WebhookDelivery" WHERE id = ${id}::uuid AND "projectId" = ${ctx.projectId}::uuid FOR UPDATE`;
    const found = await tx.webhookDelivery.findFirst({
      where: { id, projectId: ctx.projectId },
      select: { state: true, event: true, outputId: true, endpoint: { select: { enabled: true } } },
    });
    if (found === null) throw deliveryNotFound();
    refuseUnsendable(found);
    await recordAudit(tx, ctx, {
      action: "webhook.resend",
      object: { kind: "webhookDelivery", id, name: found.event },
    });
    return tx.webhookDelivery.update({
      where: { id },
      // A request that is under way loses its claim: its result belongs to the old series.
      data: {
        state: "pending",
        tries: 0,
        nextAttemptAt: new Date(),
        claimedUntil: null,
        settledAt: null,
        fence: { increment: 1 },
      },
      select: DELIVERY_ROW,
    });
  });
  return toDeliveryView(ctx, row);
}

function refuseUnsendable(found: {
  state: string;
  outputId: string | null;
  endpoint: { enabled: boolean } | null;
}): void {
  if (found.endpoint === null && found.outputId === null)
    throw new AppError("conflict", "The endpoint of this delivery was deleted.");
  if (found.endpoint?.enabled === false)
    throw new AppError("conflict", "The endpoint is disabled. Enable it to send this again.");
  if (found.state === "pending") throw new AppError("conflict", "This delivery is about to be sent.");
}
