import { db, type Db, type Tx } from "#lib/db/client.ts";
import { WORKER_SILENT_MS } from "#lib/workers/view.ts";

/** How fast the queue, which all projects share, moves now. */
export type QueuePace = {
  /** Slots of the workers that take tasks. */
  slots: number;
  /** Those of them that run nothing. */
  freeSlots: number;
  /** Mean time that a run took lately; null when none has ended yet. */
  runSeconds: number | null;
};

/** Runs that the mean is made of: enough to be calm, few enough to follow what is being made now. */
const RECENT_RUNS = 50;

/** Measures the pace: the last runs that ended with a result or a failure, and the workers that answer. */
export async function measureQueuePace(handle: Db | Tx = db()): Promise<QueuePace> {
  const rows = await handle.$queryRaw<{ slots: number; busy: number; runSeconds: number | null }[]>`
    WITH worker AS (
      SELECT id, slots FROM "Worker"
      WHERE state = 'online' AND "drainRequestedAt" IS NULL
        AND "heartbeatAt" > now() - make_interval(secs => ${WORKER_SILENT_MS / 1000}::float8)
    ), recent AS (
      SELECT extract(epoch FROM "finishedAt" - "startedAt") AS seconds FROM "Task"
      WHERE "finishedAt" IS NOT NULL AND "startedAt" IS NOT NULL AND status IN ('succeeded', 'partial', 'failed')
      ORDER BY "finishedAt" DESC LIMIT ${RECENT_RUNS}
    )
    SELECT (SELECT coalesce(sum(slots), 0) FROM worker)::int AS slots,
           (SELECT count(*) FROM "Task" task JOIN worker ON worker.id = task."workerId"
            WHERE task.status = 'running')::int AS busy,
           (SELECT avg(seconds) FROM recent)::float8 AS "runSeconds"`;
  const { slots = 0, busy = 0, runSeconds = null } = rows[0] ?? {};
  return { slots, freeSlots: Math.max(0, slots - busy), runSeconds };
}

/**
 * Seconds until the task at `position` (1 = next) of the queue starts, when things go on as they did lately. With every
 * slot busy, one of n slots becomes free every (mean run ÷ n); who finds a free slot starts at once. Null when it cannot
 * be told: no slot, or nothing measured.
 */
export function estimateWaitSeconds(position: number, pace: QueuePace): number | null {
  if (pace.slots === 0 || pace.runSeconds === null) return null;
  const ahead = Math.max(0, position - pace.freeSlots);
  return Math.round((ahead * pace.runSeconds) / pace.slots);
}
