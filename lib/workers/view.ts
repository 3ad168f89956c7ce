import type { Worker } from "#lib/db/generated/client.ts";
import { showId } from "#lib/ids.ts";

/** `offline` also when the last sign of life is too old, whatever the worker said. */
export type WorkerState = "online" | "draining" | "paused" | "offline";

/** GET /api/v1/workers */
export type WorkerView = {
  id: string;
  name: string;
  state: WorkerState;
  slots: number;
  /** Tasks that it is running. */
  running: number;
  version: string;
  /** "A" (bubblewrap), "C" (a user per slot), "D" (flags only). */
  sandboxTier: string;
  heartbeatAt: string;
};

/** A worker beats every 5 s; after six missed beats it counts as gone. */
export const WORKER_SILENT_MS = 30_000;

export type WorkerRow = Pick<
  Worker,
  "id" | "name" | "state" | "slots" | "version" | "sandboxTier" | "heartbeatAt"
>;

export function workerState(
  row: Pick<Worker, "state" | "heartbeatAt">,
  now: number = Date.now(),
): WorkerState {
  if (now - row.heartbeatAt.getTime() > WORKER_SILENT_MS) return "offline";
  return row.state === "online" || row.state === "draining" || row.state === "paused" ? row.state : "offline";
}

export function toWorkerView(row: WorkerRow, running: number, now: number = Date.now()): WorkerView {
  return {
    id: showId("worker", row.id),
    name: row.name,
    state: workerState(row, now),
    slots: row.slots,
    running,
    version: row.version,
    sandboxTier: row.sandboxTier,
    heartbeatAt: row.heartbeatAt.toISOString(),
  };
}
