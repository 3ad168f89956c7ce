import { db } from "#lib/db/client.ts";
import type { RunningAttempt } from "#lib/worker/run-unit.ts";

/**
 * Compares what this worker runs with the tasks' rows, and stops what it no longer owns (`lost`) or what somebody has
 * canceled. NOTIFY is fast, but may be missed. Judged is what ran before the rows were read: a claim that came later is
 * newer than they are.
 */
export async function stopLostAttempts(running: ReadonlyMap<string, RunningAttempt>): Promise<void> {
  const judged = [...running];
  if (judged.length === 0) return;
  const rows = await db().task.findMany({
    where: { id: { in: judged.map(([taskId]) => taskId) } },
    select: { id: true, fence: true, cancelRequestedAt: true },
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const [taskId, attempt] of judged) {
    const task = byId.get(taskId);
    if (task === undefined || task.fence > attempt.fence) attempt.stop("lost");
    else if (task.fence === attempt.fence && task.cancelRequestedAt !== null) attempt.stop("canceled");
  }
}
