import { db } from "#lib/db/client.ts";
import { HEARTBEAT_SECONDS, TASK_QUEUE } from "#lib/queue/boss.ts";
import type { ChunkClaim } from "#lib/worker/chunk-rows.ts";

/** A free slot takes a task at once: one that has waited for longer has found none. */
const PATIENCE_SECONDS = 2;

/** Whether a task could begin, were there a slot. */
export async function isTaskWaiting(): Promise<boolean> {
  const rows = await db().$queryRaw<unknown[]>`
    SELECT 1 FROM pgboss.job WHERE name = ${TASK_QUEUE} AND state < 'active' AND start_after <= now() LIMIT 1`;
  return rows.length > 0;
}

/**
 * Whether a chunk in a lent slot is to be given up for a task: of all such chunks, those that were begun last make room for
 * as many tasks as wait.
 */
export async function mustGiveWay({ runId, index }: ChunkClaim): Promise<boolean> {
  const rows = await db().$queryRaw<{ isLate: boolean }[]>`
    SELECT (
      SELECT count(*) FROM pgboss.job WHERE name = ${TASK_QUEUE} AND state < 'active'
        AND start_after < now() - make_interval(secs => ${PATIENCE_SECONDS}::float8)
    ) > (
      SELECT count(*) FROM "Chunk" other WHERE other."isLent" AND other.status = 'running'
        AND other."heartbeatAt" > now() - make_interval(secs => ${HEARTBEAT_SECONDS}::float8)
        AND (other."claimedAt", other."runId", other.index) > (mine."claimedAt", mine."runId", mine.index)
    ) AS "isLate"
    FROM "Chunk" mine WHERE mine."runId" = ${runId}::uuid AND mine.index = ${index}`;
  return rows[0]?.isLate === true;
}

/** Free slots of other workers that could encode chunks: those of the same store, version and encoder. */
export async function slotsElsewhere(of: {
  workerId: string;
  storeId: string;
  version: string;
  ffmpegVersion: string;
}): Promise<number> {
  const rows = await db().$queryRaw<{ slots: number }[]>`
    SELECT coalesce(sum(greatest(0, worker.slots
      - (SELECT count(*) FROM "Task" task WHERE task."workerId" = worker.id AND task.status = 'running')
      - (SELECT count(*) FROM "Chunk" chunk WHERE chunk."workerId" = worker.id AND chunk."isLent"
         AND chunk.status = 'running'
         AND chunk."heartbeatAt" > now() - make_interval(secs => ${HEARTBEAT_SECONDS}::float8)))), 0)::int AS slots
    FROM "Worker" worker
    WHERE worker.id <> ${of.workerId}::uuid AND worker."storeId" = ${of.storeId}::uuid
      AND worker.version = ${of.version} AND worker.capabilities ->> 'ffmpegVersion' = ${of.ffmpegVersion}
      AND worker.state = 'online' AND worker."drainRequestedAt" IS NULL
      AND worker."heartbeatAt" > now() - make_interval(secs => ${HEARTBEAT_SECONDS}::float8)`;
  return rows[0]?.slots ?? 0;
}
