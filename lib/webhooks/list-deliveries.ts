import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { readId } from "#lib/ids.ts";
import { deliveryQuerySchema } from "#lib/webhooks/schema.ts";
import { DELIVERY_ROW, toDeliveryView } from "#lib/webhooks/to-delivery-view.ts";
import type { DeliveryPage } from "#lib/webhooks/view.ts";

/** An id that no row has: a filter for something that does not exist gives nothing, never everything. */
const NO_ID = "00000000-0000-0000-0000-000000000000";

/**
 * The project's deliveries, newest first. `query`: what the address's query says; `cursor` is the id after which the page
 * begins (ids grow with time).
 */
export async function listDeliveries(ctx: Ctx, query: Record<string, unknown> = {}): Promise<DeliveryPage> {
  requireRole(ctx, "viewer");
  const wanted = deliveryQuerySchema.parse(query);
  const idOf = (kind: "webhookEndpoint" | "task" | "webhookDelivery", text: string) =>
    readId(kind, text) ?? NO_ID;
  const rows = await db().webhookDelivery.findMany({
    where: {
      projectId: ctx.projectId,
      ...(wanted.state === null ? {} : { state: wanted.state }),
      ...(wanted.endpoint === null ? {} : { endpointId: idOf("webhookEndpoint", wanted.endpoint) }),
      ...(wanted.task === null ? {} : { taskId: idOf("task", wanted.task) }),
      ...(wanted.cursor === null ? {} : { id: { lt: idOf("webhookDelivery", wanted.cursor) } }),
    },
    orderBy: { id: "desc" },
    take: wanted.limit + 1,
    select: DELIVERY_ROW,
  });
  const items = rows.slice(0, wanted.limit).map((row) => toDeliveryView(ctx, row));
  return { items, nextCursor: rows.length > wanted.limit ? (items.at(-1)?.id ?? null) : null };
}
