import { db } from "#lib/db/client.ts";
import { WORKER_SILENT_MS, workerState, type WorkerState } from "#lib/workers/view.ts";

export type WorkersSummary = { online: number; slots: number; paused: number; draining: number };

/** How many workers can be counted on now; for the health check, which needs no caller. */
export async function workersSummary(): Promise<WorkersSummary> {
  const rows = await db().worker.findMany({
    where: { heartbeatAt: { gt: new Date(Date.now() - WORKER_SILENT_MS) }, state: { not: "offline" } },
    select: { state: true, heartbeatAt: true, drainRequestedAt: true, slots: true },
  });
  const inState = (state: WorkerState) => rows.filter((row) => workerState(row) === state);
  return {
    online: inState("online").length,
    slots: inState("online").reduce((sum, row) => sum + row.slots, 0),
    paused: inState("paused").length,
    draining: inState("draining").length,
  };
}
