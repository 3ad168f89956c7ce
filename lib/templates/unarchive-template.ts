import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { isUniqueViolation } from "#lib/db/is-unique-violation.ts";
import { AppError } from "#lib/errors.ts";
import { findOwnTemplate } from "#lib/templates/find-own-template.ts";
import { nameBeforeArchiving, toTemplateView } from "#lib/templates/to-template-view.ts";
import type { TemplateView } from "#lib/templates/view.ts";

/**
 * Brings an archived template back into use, under its name. Role operator.
 * @throws {AppError} `not_found`, `forbidden` (a predefined template), `conflict` (another template has the name by now)
 */
export async function unarchiveTemplate(ctx: Ctx, templateId: string): Promise<TemplateView> {
  requireRole(ctx, "operator");
  try {
    return await db().$transaction(async (tx) => {
      const row = await findOwnTemplate(tx, ctx, templateId);
      if (row.archivedAt === null) return toTemplateView(row);
      const back = await tx.template.update({
        where: { id: row.id },
        data: { archivedAt: null, name: nameBeforeArchiving(row) },
      });
      await recordAudit(tx, ctx, {
        action: "template.unarchive",
        object: { kind: "template", id: row.id, name: back.name },
      });
      return toTemplateView(back);
    });
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown;
    const message = "Another template has this name by now. Rename that one or clone this one.";
    throw new AppError("conflict", message, { issues: [{ path: "name", message }], cause: thrown });
  }
}
