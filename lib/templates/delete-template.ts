import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { findOwnTemplate } from "#lib/templates/find-own-template.ts";

/**
 * Deletes a custom template with its versions, when no task was made from it. Role operator.
 * @throws {AppError} `not_found`, `forbidden` (a predefined template), `conflict` (tasks were made from it: their number
 * is in the message; it can be archived instead)
 */
export async function deleteTemplate(ctx: Ctx, templateId: string): Promise<void> {
  requireRole(ctx, "operator");
  await db().$transaction(async (tx) => {
    const row = await findOwnTemplate(tx, ctx, templateId);
    const usedBy = await tx.job.count({ where: { templateId: row.id } });
    if (usedBy > 0)
      throw new AppError(
        "conflict",
        `${usedBy === 1 ? "1 task was" : `${usedBy} tasks were`} made from this template, so it stays. Archive it instead: it can then not be used for new tasks.`,
      );
    await tx.template.delete({ where: { id: row.id } });
    await recordAudit(tx, ctx, {
      action: "template.delete",
      object: { kind: "template", id: row.id, name: row.name },
      before: { version: row.version },
    });
  });
}
