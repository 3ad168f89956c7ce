import type { Worker } from "#lib/db/generated/client.ts";

/**
 * `draining`: takes no more units, and what it runs goes on. `paused`: its disk is nearly full. `offline` also when the
 * last sign of life is too old, whatever the worker said.
 */
export type WorkerState = "online" | "draining" | "paused" | "offline";

/** GET /api/v1/workers */
export type WorkerView = {
  id: string;
  name: string;
  state: WorkerState;
  /** Since when somebody wants it to take no more units; null also when it drains because its process stops. */
  drainRequestedAt: string | null;
  slots: number;
  /** Tasks that it is running, of all projects. */
  running: number;
  /** Chunks that it encodes in further slots, of its own tasks and of other workers'. */
  chunks: number;
  /** Those of the caller's project. */
  tasks: { id: string; name: string }[];
  version: string;
  ffmpegVersion: string;
  /** Of ffmpeg's encoders, by its names, those that templates can ask for and this worker has. */
  encoders: string[];
  /** "A" (bubblewrap), "C" (a user per slot), "D" (flags only). */
  sandboxTier: string;
  /** Why this tier, in an English sentence; empty when the worker did not say. */
  sandboxReason: string;
  startedAt: string;
  heartbeatAt: string;
};

/** A worker beats every 5 s; after six missed beats it counts as gone. */
export const WORKER_SILENT_MS = 30_000;

/** What can be said of a worker now, from its row. */
export function workerState(
  row: Pick<Worker, "state" | "heartbeatAt" | "drainRequestedAt">,
  now: number = Date.now(),
): WorkerState {
  if (now - row.heartbeatAt.getTime() > WORKER_SILENT_MS) return "offline";
  if (row.state !== "online" && row.state !== "draining" && row.state !== "paused") return "offline";
  return row.drainRequestedAt === null ? row.state : "draining";
}
