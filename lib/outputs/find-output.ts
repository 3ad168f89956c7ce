import type { Ctx } from "#lib/context.ts";
import { db, type Tx } from "#lib/db/client.ts";
import { readId } from "#lib/ids.ts";
import { toOutputView, type OutputRow } from "#lib/outputs/to-output-view.ts";
import type { OutputView } from "#lib/outputs/view.ts";

/** An Output in use, by id (`out_…`) or by exact name; null when there is none. */
export async function findOutput(ctx: Ctx, idOrName: string): Promise<OutputView | null> {
  const row = await findOutputRow(ctx, idOrName);
  return row === null ? null : toOutputView(row);
}

/** {@link findOutput} for verbs that need the row; credentials are left out. */
export function findOutputRow(
  ctx: Ctx,
  idOrName: string,
  client: Pick<Tx, "output"> = db(),
): Promise<OutputRow | null> {
  const id = readId("output", idOrName);
  return client.output.findFirst({
    where: { projectId: ctx.projectId, archivedAt: null, ...(id === null ? { name: idOrName } : { id }) },
  });
}
