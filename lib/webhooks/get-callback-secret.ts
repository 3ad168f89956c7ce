import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";
import { callbackSecret } from "#lib/webhooks/signing-secrets.ts";

/**
 * What the callbacks of an Output (`out_…`) are signed with: each Output has a secret of its own, which changes only with
 * SECRET_KEY. Role admin.
 * @throws {AppError} `not_found` also when the Output has no callback address
 */
export async function getCallbackSecret(ctx: Ctx, outputId: string): Promise<{ secret: string }> {
  requireRole(ctx, "admin");
  const id = readId("output", outputId);
  const row =
    id === null
      ? null
      : await db().output.findFirst({
          where: { id, projectId: ctx.projectId, callbackUrl: { not: null } },
          select: { id: true, name: true },
        });
  if (row === null)
    throw new AppError("not_found", "This project has no such Output with a callback address.");
  await recordAudit(db(), ctx, {
    action: "webhook.show_callback_secret",
    object: { kind: "output", id: row.id, name: row.name },
  });
  return { secret: callbackSecret(row.id) };
}
