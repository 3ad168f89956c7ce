import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { auditEndpoint } from "#lib/webhooks/audit-endpoint.ts";
import { deliveryRates } from "#lib/webhooks/delivery-rates.ts";
import { getOwnEndpoint } from "#lib/webhooks/get-own-endpoint.ts";
import { toEndpointView } from "#lib/webhooks/to-endpoint-view.ts";
import type { EndpointView } from "#lib/webhooks/view.ts";

/**
 * Switches an endpoint on or off. Off: it gets no new events, and what is due waits until it is on again. Role admin.
 * @throws {AppError} `not_found`
 */
export async function enableEndpoint(ctx: Ctx, endpointId: string, enabled: boolean): Promise<EndpointView> {
  requireRole(ctx, "admin");
  const endpoint = await getOwnEndpoint(ctx, endpointId);
  const { id } = endpoint;
  await db().$transaction(async (tx) => {
    const { count } = await tx.webhookEndpoint.updateMany({
      where: { id, projectId: ctx.projectId, enabled: !enabled },
      data: { enabled, disabledReason: enabled ? null : "person" },
    });
    if (count === 0) return;
    const action = enabled ? "webhook.enable" : "webhook.disable";
    await recordAudit(tx, ctx, { action, object: auditEndpoint(endpoint) });
  });
  const rateOf = await deliveryRates(ctx);
  return toEndpointView(ctx, await getOwnEndpoint(ctx, endpointId), rateOf(id));
}
