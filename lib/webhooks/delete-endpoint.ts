import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { auditEndpoint } from "#lib/webhooks/audit-endpoint.ts";
import { getOwnEndpoint } from "#lib/webhooks/get-own-endpoint.ts";

/**
 * Removes an endpoint. What it has not got yet is given up; its deliveries stay in the list. Role admin.
 * @throws {AppError} `not_found`
 */
export async function deleteEndpoint(ctx: Ctx, endpointId: string): Promise<void> {
  requireRole(ctx, "admin");
  await db().$transaction(async (tx) => {
    const endpoint = await getOwnEndpoint(ctx, endpointId, tx);
    const { id } = endpoint;
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
    const { count } = await tx.webhookEndpoint.deleteMany({ where: { id, projectId: ctx.projectId } });
    if (count === 1)
      await recordAudit(tx, ctx, { action: "webhook.delete", object: auditEndpoint(endpoint) });
  });
}
