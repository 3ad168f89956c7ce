import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { toOutputView } from "#lib/outputs/to-output-view.ts";
import type { OutputView } from "#lib/outputs/view.ts";

/** The project's Outputs in use, oldest first. */
export async function listOutputs(ctx: Ctx): Promise<OutputView[]> {
  const rows = await db().output.findMany({
    where: { projectId: ctx.projectId, archivedAt: null },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
  return rows.map(toOutputView);
}
