import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";
import type { DeliveryProblem } from "#lib/webhooks/status.ts";
import { DELIVERY_ROW, toDeliveryView } from "#lib/webhooks/to-delivery-view.ts";
import type { DeliveryDetail } from "#lib/webhooks/view.ts";

const MAX_ATTEMPTS = 50;

/**
 * One delivery with what was sent and its latest attempts, the newest first. What receivers answered is for admins: behind
 * an address may be a service whose words are nobody's business.
 * @throws {AppError} `not_found`
 */
export async function getDelivery(ctx: Ctx, deliveryId: string): Promise<DeliveryDetail> {
  requireRole(ctx, "viewer");
  const id = readId("webhookDelivery", deliveryId);
  const row =
    id === null
      ? null
      : await db().webhookDelivery.findFirst({
          where: { id, projectId: ctx.projectId },
          select: {
            ...DELIVERY_ROW,
            body: true,
            tried: { orderBy: { id: "desc" }, take: MAX_ATTEMPTS },
          },
        });
  if (row === null) throw deliveryNotFound();
  return {
    ...toDeliveryView(ctx, row),
    body: row.body,
    tried: row.tried.map((attempt) => ({
      number: attempt.number,
      at: attempt.at.toISOString(),
      status: attempt.status,
      latencyMs: attempt.latencyMs,
      error: attempt.error as DeliveryProblem | null,
      response: ctx.role === "admin" ? attempt.response : null,
    })),
  };
}

export function deliveryNotFound(): AppError {
  return new AppError("not_found", "There is no such delivery in this project.");
}
