import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { auditEndpoint } from "#lib/webhooks/audit-endpoint.ts";
import { deliveryRates } from "#lib/webhooks/delivery-rates.ts";
import { getOwnEndpoint } from "#lib/webhooks/get-own-endpoint.ts";
import { newWebhookSecret } from "#lib/webhooks/signature.ts";
import { openEndpointSecrets, ROTATION_MS, sealEndpointSecret } from "#lib/webhooks/signing-secrets.ts";
import { toEndpointView } from "#lib/webhooks/to-endpoint-view.ts";
import type { EndpointWithSecret } from "#lib/webhooks/view.ts";

/**
 * Gives an endpoint a new secret, which is in the answer and never shown again. For 24 hours requests are signed with both;
 * rotating again within that time ends the oldest one at once. Role admin.
 * @throws {AppError} `not_found`
 */
export async function rotateSecret(ctx: Ctx, endpointId: string): Promise<EndpointWithSecret> {
  requireRole(ctx, "admin");
  const { id } = await getOwnEndpoint(ctx, endpointId);
  const secret = newWebhookSecret();
  await db().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM "WebhookEndpoint" WHERE id = ${id}::uuid FOR UPDATE`;
    const row = await tx.webhookEndpoint.findUniqueOrThrow({
      where: { id },
      omit: { secretEncrypted: false, previousSecretEncrypted: false },
    });
    const now = new Date();
    const [current = ""] = openEndpointSecrets(row, now);
    await tx.webhookEndpoint.update({
      where: { id },
      data: {
        secretEncrypted: sealEndpointSecret(id, "secretEncrypted", secret),
        previousSecretEncrypted: sealEndpointSecret(id, "previousSecretEncrypted", current),
        previousSecretUntil: new Date(now.getTime() + ROTATION_MS),
      },
    });
    await recordAudit(tx, ctx, { action: "webhook.rotate", object: auditEndpoint(row) });
  });
  const rateOf = await deliveryRates(ctx);
  return { endpoint: toEndpointView(ctx, await getOwnEndpoint(ctx, endpointId), rateOf(id)), secret };
}
