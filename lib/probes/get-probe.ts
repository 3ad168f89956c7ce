import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";
import { PROBE_ROW, toProbeView } from "#lib/probes/to-probe-view.ts";
import type { ProbeView } from "#lib/probes/view.ts";

/**
 * A preview of a source, as far as it has come.
 * @throws {AppError} `not_found` (previews are kept for an hour)
 */
export async function getProbe(ctx: Ctx, probeId: string): Promise<ProbeView> {
  const id = readId("probe", probeId);
  const where = { id: id ?? "", projectId: ctx.projectId };
  const row = id === null ? null : await db().probe.findFirst({ where, select: PROBE_ROW });
  if (row === null) throw probeNotFound();
  // The picture itself stays in the database.
  const hasThumbnail =
    row.status === "done" && (await db().probe.count({ where: { ...where, thumbnail: { not: null } } })) > 0;
  return toProbeView(row, { hasThumbnail });
}

export function probeNotFound(): AppError {
  return new AppError("not_found", "There is no such preview; it is kept for an hour.");
}
