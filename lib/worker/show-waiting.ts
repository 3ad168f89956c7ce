import { Prisma } from "#lib/db/generated/client.ts";
import { showId } from "#lib/ids.ts";
import { notify } from "#lib/queue/notify.ts";
import { type Attempt, withFence } from "#lib/worker/attempt.ts";
import type { waitingForSpace } from "#lib/worker/settle-task.ts";

export const NOT_WAITING = { waitingFor: null, errorCode: null, errorParams: Prisma.DbNull, evidence: [] };
export const WAITING_FOR_MEMORY = { ...NOT_WAITING, waitingFor: "memory" };

/** Writes onto a running task's row what it waits for, or that it waits no more, and tells whoever watches. */
export async function showWaiting(
  attempt: Attempt,
  data: ReturnType<typeof waitingForSpace> | typeof WAITING_FOR_MEMORY | typeof NOT_WAITING,
): Promise<void> {
  const { task } = attempt;
  await withFence(attempt, async (tx) => {
    await tx.task.update({ where: { id: task.id }, data });
    await notify(tx, task.projectId, { type: "changed", taskId: showId("task", task.id) });
  });
}
