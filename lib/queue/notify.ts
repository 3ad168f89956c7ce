import type { Db, Tx } from "#lib/db/client.ts";
import type { TaskMessage } from "#lib/tasks/view.ts";

/** Payload: `{ projectId, message }`. Listened to by every web process. */
export const EVENTS_CHANNEL = "vod_events";
/** Payload: the task's UUID. Listened to by every worker. */
export const CANCEL_CHANNEL = "vod_cancel";
/** Payload: the UUID of a worker whose row says something new to it. Listened to by every worker. */
export const WORKER_CHANNEL = "vod_worker";
/** Payload: the UUID of a run whose chunks have changed: there are some to take, one is done, or nobody wants them any more. */
export const CHUNK_CHANNEL = "vod_chunk";

export type EventPayload = { projectId: string; message: TaskMessage };

/** Tells every web process about a task of that project; with a transaction, when that commits. */
export async function notify(handle: Db | Tx, projectId: string, message: TaskMessage): Promise<void> {
  const payload: EventPayload = { projectId, message };
  await send(handle, EVENTS_CHANNEL, JSON.stringify(payload));
}

/** Tells the workers that somebody wants this task to end. */
export async function notifyCancel(handle: Db | Tx, taskId: string): Promise<void> {
  await send(handle, CANCEL_CHANNEL, taskId);
}

/** Tells a worker to look at its row now, not at its next heartbeat. */
export async function notifyWorker(handle: Db | Tx, workerId: string): Promise<void> {
  await send(handle, WORKER_CHANNEL, workerId);
}

/** Tells the workers that a run's chunks have changed. */
export async function notifyChunks(handle: Db | Tx, runId: string): Promise<void> {
  await send(handle, CHUNK_CHANNEL, runId);
}

async function send(handle: Db | Tx, channel: string, payload: string): Promise<void> {
  await handle.$executeRaw`SELECT pg_notify(${channel}, ${payload})`;
}
