import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { PROBE_ROW, toProbeView } from "#lib/probes/to-probe-view.ts";
import type { ProbeView } from "#lib/probes/view.ts";
import type { Source } from "#lib/tasks/schema.ts";

/** An address may answer something else soon; other sources do not change. */
const FRESH_MS = 10 * 60_000;

/** The last preview of exactly this source in this project, when it has an answer and is younger than ten minutes. */
export async function findProbe(ctx: Ctx, source: Source): Promise<ProbeView | null> {
  const row = await db().probe.findFirst({
    where: {
      projectId: ctx.projectId,
      source: { equals: source },
      status: { not: "queued" },
      createdAt: { gte: new Date(Date.now() - FRESH_MS) },
    },
    orderBy: { createdAt: "desc" },
    select: PROBE_ROW,
  });
  return row === null ? null : toProbeView(row, { hasThumbnail: false });
}
