import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { hexToUuid, showId } from "#lib/ids.ts";

/**
 * The task (`tsk_…`) of this project whose id was made in [from, to) and ends with the hex digits `idEnd`; null when
 * there is none. For dialects whose ids carry a time and a part of ours.
 */
export async function findTaskId(
  ctx: Ctx,
  { from, to, idEnd }: { from: Date; to: Date; idEnd: string },
): Promise<string | null> {
  const rows = await db().$queryRaw<{ id: string }[]>`
    SELECT id::text AS id FROM "Task"
    WHERE "projectId" = ${ctx.projectId}::uuid AND id >= ${firstIdOf(from)}::uuid AND id < ${firstIdOf(to)}::uuid
      AND replace(id::text, '-', '') LIKE ${`%${idEnd.toLowerCase().replaceAll(/[^0-9a-f]/g, "")}`}
    ORDER BY id LIMIT 1`;
  const id = rows[0]?.id;
  return id === undefined ? null : showId("task", id);
}

/** A UUIDv7's first 48 bits are its milliseconds. */
function firstIdOf(time: Date): string {
  return hexToUuid(time.getTime().toString(16).padStart(12, "0").padEnd(32, "0"));
}
