import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { getOwnEndpoint } from "#lib/webhooks/get-own-endpoint.ts";

/**
 * Removes an endpoint. What it has not got yet is given up; its deliveries stay in the list. Role admin.
 * @throws {AppError} `not_found`
 */
export async function deleteEndpoint(ctx: Ctx, endpointId: string): Promise<void> {
  requireRole(ctx, "admin");
  await db().$transaction(async (tx) => {
    const { id } = await getOwnEndpoint(ctx, endpointId, tx);
    // Waits for settlements that have found the endpoint; their rows are then seen below.
    await tx.$queryRaw`SELECT 1 FROM "WebhookEndpoint" WHERE id = ${id}::uuid FOR UPDATE`;
    await tx.webhookDelivery.updateMany({
      where: { endpointId: id, state: { in: ["pending", "failed"] } },
      data: {
        state: "dead",
        lastError: "endpoint_deleted",
        nextAttemptAt: null,
        claimedUntil: null,
        settledAt: new Date(),
        fence: { increment: 1 },
      },
    });
    await tx.webhookEndpoint.deleteMany({ where: { id, projectId: ctx.projectId } });
  });
}
