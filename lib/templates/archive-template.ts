import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { findOwnTemplate } from "#lib/templates/find-own-template.ts";
import { archivedName, toTemplateView } from "#lib/templates/to-template-view.ts";
import type { TemplateView } from "#lib/templates/view.ts";

/**
 * Takes a custom template out of use. Its tasks keep their copies and show its name; the name itself is free again.
 * Archiving what is archived changes nothing. Role operator.
 * @throws {AppError} `not_found`, `forbidden` (a predefined template)
 */
export async function archiveTemplate(ctx: Ctx, templateId: string): Promise<TemplateView> {
  requireRole(ctx, "operator");
  return db().$transaction(async (tx) => {
    const row = await findOwnTemplate(tx, ctx, templateId);
    if (row.archivedAt !== null) return toTemplateView(row);
    const archived = await tx.template.update({
      where: { id: row.id },
      data: { archivedAt: new Date(), name: archivedName(row) },
    });
    await recordAudit(tx, ctx, {
      action: "template.archive",
      object: { kind: "template", id: row.id, name: row.name },
      before: { version: row.version },
    });
    return toTemplateView(archived);
  });
}
