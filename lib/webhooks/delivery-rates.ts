import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import type { DeliveryRate } from "#lib/webhooks/view.ts";

const WEEK_MS = 7 * 24 * 3_600_000;

/** How the last week's deliveries of the project ended, by the UUID of their endpoint or Output. */
export async function deliveryRates(ctx: Ctx): Promise<(receiverId: string) => DeliveryRate> {
  const groups = await db().webhookDelivery.groupBy({
    by: ["endpointId", "outputId", "state"],
    where: {
      projectId: ctx.projectId,
      state: { in: ["delivered", "dead"] },
      createdAt: { gt: new Date(Date.now() - WEEK_MS) },
    },
    _count: true,
  });
  return (receiverId) => {
    const own = groups.filter((group) => receiverId === (group.outputId ?? group.endpointId));
    const count = (state: string) => own.find((group) => group.state === state)?._count ?? 0;
    return { delivered: count("delivered"), dead: count("dead") };
  };
}
