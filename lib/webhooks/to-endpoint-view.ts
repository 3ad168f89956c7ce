import type { Ctx } from "#lib/context.ts";
import type { WebhookEndpoint } from "#lib/db/generated/client.ts";
import { showId } from "#lib/ids.ts";
import type { DisabledReason } from "#lib/webhooks/status.ts";
import { showUrl } from "#lib/webhooks/to-delivery-view.ts";
import type { DeliveryRate, EndpointView } from "#lib/webhooks/view.ts";

export type EndpointRow = Omit<WebhookEndpoint, "secretEncrypted" | "previousSecretEncrypted">;

export function toEndpointView(ctx: Ctx, row: EndpointRow, rate: DeliveryRate): EndpointView {
  const isRotating = row.previousSecretUntil !== null && row.previousSecretUntil > new Date();
  return {
    id: showId("webhookEndpoint", row.id),
    url: showUrl(ctx, row.url),
    events: row.events,
    enabled: row.enabled,
    disabledReason: row.disabledReason as DisabledReason | null,
    previousSecretUntil: isRotating ? (row.previousSecretUntil?.toISOString() ?? null) : null,
    rate,
    createdAt: row.createdAt.toISOString(),
  };
}
