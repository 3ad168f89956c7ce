import { TASK_QUEUE } from "#lib/queue/boss.ts";
import type { Db, Tx } from "#lib/db/client.ts";

export type QueuePositions = {
  /** Task UUID → place in the whole queue, 1 = next. Only tasks whose unit waits. */
  positions: Map<string, number>;
  /** Units that wait, of every project. */
  length: number;
};

/**
 * Where queued tasks stand in the queue that all projects share, in the order in which pg-boss hands out units: higher
 * priority first, then older first. Tasks of another project are left out of the answer, though they count in it.
 */
export async function queuePositions(
  handle: Db | Tx,
  projectId: string,
  taskIds: readonly string[],
): Promise<QueuePositions> {
  if (taskIds.length === 0) return { positions: new Map(), length: 0 };
  const rows = await handle.$queryRaw<{ id: string | null; place: bigint | null; length: bigint }[]>`
    WITH waiting AS (
      SELECT id, row_number() OVER (ORDER BY priority DESC, created_on, id) AS place
      FROM pgboss.job
      WHERE name = ${TASK_QUEUE} AND state < 'active'
    )
    SELECT task.id, waiting.place, total.length
    FROM (SELECT count(*) AS length FROM waiting) total
    LEFT JOIN (
      "Task" task JOIN waiting ON waiting.id = task."unitId"
    ) ON task."projectId" = ${projectId}::uuid AND task.id = ANY(${[...taskIds]}::uuid[])`;
  const positions = new Map<string, number>();
  for (const row of rows) {
    if (row.id !== null && row.place !== null) positions.set(row.id, Number(row.place));
  }
  return { positions, length: Number(rows[0]?.length ?? 0n) };
}
