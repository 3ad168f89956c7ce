import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import { parseInput } from "#lib/parse-input.ts";
import { refusePrivateAddress } from "#lib/webhooks/refuse-private-address.ts";
import { createEndpointSchema } from "#lib/webhooks/schema.ts";
import { newWebhookSecret } from "#lib/webhooks/signature.ts";
import { sealEndpointSecret } from "#lib/webhooks/signing-secrets.ts";
import { auditEndpoint } from "#lib/webhooks/audit-endpoint.ts";
import { toEndpointView } from "#lib/webhooks/to-endpoint-view.ts";
import type { EndpointWithSecret } from "#lib/webhooks/view.ts";

const MAX_ENDPOINTS = 50;

/**
 * Adds a receiver of the project's events. The secret is in the answer and never shown again. Role admin.
 * @throws {AppError} `invalid_input` (also for an address that is plainly private), `conflict` (too many)
 */
export async function createEndpoint(ctx: Ctx, input: unknown): Promise<EndpointWithSecret> {
  requireRole(ctx, "admin");
  const { url, events } = parseInput(createEndpointSchema, input);
  refusePrivateAddress("url", url);
  const count = await db().webhookEndpoint.count({ where: { projectId: ctx.projectId } });
  if (count >= MAX_ENDPOINTS)
    throw new AppError("conflict", `A project can have ${MAX_ENDPOINTS} endpoints. Delete one first.`);
  const id = newId();
  const secret = newWebhookSecret();
  const row = await db().$transaction(async (tx) => {
    const made = await tx.webhookEndpoint.create({
      data: {
        id,
        projectId: ctx.projectId,
        url,
        events,
        secretEncrypted: sealEndpointSecret(id, "secretEncrypted", secret),
      },
    });
    await recordAudit(tx, ctx, { action: "webhook.create", object: auditEndpoint(made), after: { events } });
    return made;
  });
  return { endpoint: toEndpointView(ctx, row, { delivered: 0, dead: 0 }), secret };
}
