import type { Ctx } from "#lib/context.ts";
import type { Tx } from "#lib/db/client.ts";
import type { Template } from "#lib/db/generated/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";

/**
 * The row of a custom template of the project, archived or not, locked until the transaction ends: it is about to be
 * changed, so no two changes may pass each other.
 * @throws {AppError} `not_found`, `forbidden` (a predefined template)
 */
export async function findOwnTemplate(tx: Tx, ctx: Ctx, templateId: string): Promise<Template> {
  const id = readId("template", templateId);
  const visible = { OR: [{ projectId: ctx.projectId }, { projectId: null }] };
  if (id !== null)
    await tx.$queryRaw`SELECT 1 FROM "Template" WHERE id = ${id}::uuid AND "projectId" = ${ctx.projectId}::uuid FOR UPDATE`;
  const row = id === null ? null : await tx.template.findFirst({ where: { id, ...visible } });
  if (row === null) throw new AppError("not_found", "There is no such template in this project.");
  if (row.projectId === null)
    throw new AppError(
      "forbidden",
      "Predefined templates are shipped with the product and stay as they are. Clone it, then change the clone.",
    );
  return row;
}
