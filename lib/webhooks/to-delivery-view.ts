import type { Ctx } from "#lib/context.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { showId } from "#lib/ids.ts";
import type { DeliveryProblem } from "#lib/webhooks/status.ts";
import type { DeliveryView } from "#lib/webhooks/view.ts";

export const DELIVERY_ROW = {
  id: true,
  eventId: true,
  event: true,
  state: true,
  url: true,
  attempts: true,
  lastStatus: true,
  lastLatencyMs: true,
  lastError: true,
  nextAttemptAt: true,
  createdAt: true,
  task: { select: { id: true, name: true } },
  endpoint: { select: { id: true, enabled: true } },
  output: { select: { id: true, name: true } },
} as const satisfies Prisma.WebhookDeliverySelect;

type DeliveryRow = Prisma.WebhookDeliveryGetPayload<{ select: typeof DELIVERY_ROW }>;

export function toDeliveryView(ctx: Ctx, row: DeliveryRow): DeliveryView {
  const isOpen = row.state === "pending" || row.state === "failed";
  return {
    id: showId("webhookDelivery", row.id),
    eventId: showId("event", row.eventId),
    event: row.event,
    state: row.state,
    target:
      row.output === null
        ? { kind: "endpoint", id: row.endpoint && showId("webhookEndpoint", row.endpoint.id), name: null }
        : { kind: "output", id: showId("output", row.output.id), name: row.output.name },
    url: showUrl(ctx, row.url),
    task: row.task === null ? null : { id: showId("task", row.task.id), name: row.task.name },
    attempts: row.attempts,
    lastStatus: row.lastStatus,
    lastLatencyMs: row.lastLatencyMs,
    lastError: row.lastError as DeliveryProblem | null,
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    isPaused: isOpen && row.endpoint?.enabled === false,
    createdAt: row.createdAt.toISOString(),
  };
}

/** A receiver's address; whoever is no admin sees no query, where tokens tend to be. */
export function showUrl(ctx: Ctx, url: string): string {
  if (ctx.role === "admin") return url;
  const [shown = "", query] = url.split(/[?#](.*)/s);
  return query === undefined ? shown : `${shown}?…`;
}
