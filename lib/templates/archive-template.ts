import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";

/**
 * Takes a custom template out of use. Its tasks keep their copies and show its name; the name itself is free again.
 * Role operator.
 * @throws {AppError} `not_found`, `forbidden` (a predefined template)
 */
export async function archiveTemplate(ctx: Ctx, templateId: string): Promise<void> {
  requireRole(ctx, "operator");
  const id = readId("template", templateId);
  const row = id === null ? null : await findArchivable(ctx, id);
  if (row === null) throw new AppError("not_found", "There is no such template in this project.");
  if (row.projectId === null)
    throw new AppError(
      "forbidden",
      "Predefined templates are shipped with the product and cannot be deleted.",
    );
  await db().$transaction(async (tx) => {
    const { count } = await tx.template.updateMany({
      where: { id: row.id, projectId: ctx.projectId, archivedAt: null },
      // The id makes the name one that createTemplate cannot take.
      data: { archivedAt: new Date(), name: `${row.name} [${row.id}]` },
    });
    if (count === 0) return;
    await recordAudit(tx, ctx, {
      action: "template.archive",
      object: { kind: "template", id: row.id, name: row.name },
      before: { version: row.version },
    });
  });
}

function findArchivable(ctx: Ctx, id: string) {
  return db().template.findFirst({
    where: { id, archivedAt: null, OR: [{ projectId: ctx.projectId }, { projectId: null }] },
    select: { id: true, name: true, version: true, projectId: true },
  });
}
