import type { Ctx } from "#lib/context.ts";
import { db, type Tx } from "#lib/db/client.ts";
import { readId, showId } from "#lib/ids.ts";

/** Names of Outputs of this project by TypeID, archived ones included; an id that is none is left out. */
export async function outputNames(
  ctx: Ctx,
  outputIds: readonly string[],
  client: Pick<Tx, "output"> = db(),
): Promise<Map<string, string>> {
  const ids = outputIds.map((id) => readId("output", id)).filter((id) => id !== null);
  if (ids.length === 0) return new Map();
  const rows = await client.output.findMany({
    where: { projectId: ctx.projectId, id: { in: ids } },
    select: { id: true, name: true },
  });
  return new Map(rows.map(({ id, name }) => [showId("output", id), name]));
}
