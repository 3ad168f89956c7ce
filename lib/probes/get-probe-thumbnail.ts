import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";

/**
 * A picture of a previewed source, JPEG.
 * @throws {AppError} `not_found`, also when there is none
 */
export async function getProbeThumbnail(ctx: Ctx, probeId: string): Promise<Uint8Array<ArrayBuffer>> {
  const id = readId("probe", probeId);
  const row =
    id === null
      ? null
      : await db().probe.findFirst({ where: { id, projectId: ctx.projectId }, select: { thumbnail: true } });
  if (row?.thumbnail == null) throw new AppError("not_found", "This preview has no picture.");
  return row.thumbnail;
}
