import { db } from "#lib/db/client.ts";
import { WORKER_SILENT_MS } from "#lib/workers/view.ts";

export type WorkersSummary = { online: number; slots: number; paused: number; draining: number };

/** How many workers can be counted on now; for the health check, which needs no caller. */
export async function workersSummary(): Promise<WorkersSummary> {
  const rows = await db().worker.findMany({
    where: { heartbeatAt: { gt: new Date(Date.now() - WORKER_SILENT_MS) }, state: { not: "offline" } },
    select: { state: true, slots: true },
  });
  const count = (state: string) => rows.filter((row) => row.state === state).length;
  return {
    online: count("online"),
    slots: rows.filter((row) => row.state === "online").reduce((sum, row) => sum + row.slots, 0),
    paused: count("paused"),
    draining: count("draining"),
  };
}
