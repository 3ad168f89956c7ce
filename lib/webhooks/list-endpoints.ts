import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { showId } from "#lib/ids.ts";
import { deliveryRates } from "#lib/webhooks/delivery-rates.ts";
import { showUrl } from "#lib/webhooks/to-delivery-view.ts";
import { toEndpointView } from "#lib/webhooks/to-endpoint-view.ts";
import type { EndpointList } from "#lib/webhooks/view.ts";

/** The project's endpoints, oldest first, and its Outputs that have a callback address. */
export async function listEndpoints(ctx: Ctx): Promise<EndpointList> {
  requireRole(ctx, "viewer");
  const [endpoints, outputs, rateOf] = await Promise.all([
    db().webhookEndpoint.findMany({
      where: { projectId: ctx.projectId },
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    }),
    db().output.findMany({
      where: { projectId: ctx.projectId, archivedAt: null, callbackUrl: { not: null } },
      orderBy: { name: "asc" },
      select: { id: true, name: true, callbackUrl: true },
    }),
    deliveryRates(ctx),
  ]);
  return {
    items: endpoints.map((row) => toEndpointView(ctx, row, rateOf(row.id))),
    callbacks: outputs.map((row) => ({
      outputId: showId("output", row.id),
      outputName: row.name,
      url: showUrl(ctx, row.callbackUrl ?? ""),
      rate: rateOf(row.id),
    })),
  };
}
