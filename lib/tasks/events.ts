import type { Prisma } from "#lib/db/generated/client.ts";
import type { Tx } from "#lib/db/client.ts";

/**
 * The timeline's vocabulary. Data by type:
 * `created` { by }, `upload_completed` { sizeBytes }, `queued` { reason: "retry", by, attempt, jobs } (somebody wants a
 * settled task's jobs to run again), `claimed` { worker, attempt },
 * `phase` { phase }, `job_succeeded` and `job_failed` { job, template, code? }, `cancel_requested` and `canceled` { by },
 * `returned` { reason: "shutdown" | "worker_lost" | "disk_full" | "retry" | "restored" } (back in the queue),
 * `succeeded`, `partial`, `failed` { code? }.
 */
export const TASK_EVENT_TYPES = [
  "created",
  "upload_completed",
  "queued",
  "claimed",
  "phase",
  "job_succeeded",
  "job_failed",
  "cancel_requested",
  "canceled",
  "returned",
  "succeeded",
  "partial",
  "failed",
] as const;
export type TaskEventType = (typeof TASK_EVENT_TYPES)[number];

/** Adds one entry to a task's timeline. `taskId` is the UUID; `data` holds only what an operator may see. */
export async function recordTaskEvent(
  tx: Pick<Tx, "taskEvent">,
  taskId: string,
  type: TaskEventType,
  data: Prisma.InputJsonObject = {},
): Promise<void> {
  await tx.taskEvent.create({ data: { taskId, type, data } });
}
