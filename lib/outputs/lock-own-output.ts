import type { Ctx } from "#lib/context.ts";
import type { Tx } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";
import type { OwnOutputRow } from "#lib/outputs/list-output-summaries.ts";

/**
 * The row of an Output of the project, archived or not, locked until the transaction ends: it is about to be changed, and
 * a task that refers to it waits for that.
 * @throws {AppError} `not_found`
 */
export async function lockOwnOutput(tx: Tx, ctx: Ctx, outputId: string): Promise<OwnOutputRow> {
  const id = readId("output", outputId);
  if (id !== null)
    await tx.$queryRaw`SELECT 1 FROM "Output" WHERE id = ${id}::uuid AND "projectId" = ${ctx.projectId}::uuid FOR UPDATE`;
  const row = id === null ? null : await tx.output.findFirst({ where: { id, projectId: ctx.projectId } });
  if (row === null) throw new AppError("not_found", "There is no such Output in this project.");
  return row;
}
