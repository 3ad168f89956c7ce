import { db } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { showId } from "#lib/ids.ts";
import { notify } from "#lib/queue/notify.ts";
import { STORABLE_OUTPUT } from "#lib/storage/open-store.ts";
import { recordTaskEvent } from "#lib/tasks/events.ts";
import { isSettled } from "#lib/tasks/status.ts";
import type { ClaimedTask } from "#lib/worker/attempt.ts";
import { MAX_WORKER_LOSSES } from "#lib/worker/outcome.ts";

export type Claim = {
  task: ClaimedTask;
  fence: number;
  /** Set when there is nothing to run: the task is to be settled at once. */
  endAs: "canceled" | "worker_lost" | null;
};

export type Claimant = { workerId: string; workerName: string };

/**
 * Takes a task for a new attempt: in one transaction a new fence (from now on every older attempt's writes change
 * nothing), status `running`, its unsettled jobs running. A task that was running belongs to a worker that stopped
 * answering: a loss, counted.
 * Null when the unit is not the task's any more (settled, deleted, requeued): the unit is to be dropped.
 */
export async function claimTask(unitId: string, taskId: string, by: Claimant): Promise<Claim | null> {
  return db().$transaction(async (tx) => {
    const locked = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM "Task" WHERE id = ${taskId}::uuid AND "unitId" = ${unitId}::uuid FOR UPDATE`;
    if (locked.length === 0) return null;
    const before = await tx.task.findUniqueOrThrow({ where: { id: taskId } });
    if (isSettled(before.status)) return null;
    // Whoever gives a task back clears its worker.
    const isLoss = before.status === "running" && before.workerId !== null;
    const now = new Date();
    const { fence, attempt, workerLosses } = await tx.task.update({
      where: { id: taskId },
      data: {
        status: "running",
        phase: null,
        fence: { increment: 1 },
        attempt: { increment: 1 },
        ...(isLoss ? { workerLosses: { increment: 1 } } : {}),
        workerId: by.workerId,
        startedAt: before.startedAt ?? now,
        waitingFor: null,
        errorCode: null,
        errorParams: Prisma.DbNull,
        evidence: [],
      },
      select: { fence: true, attempt: true, workerLosses: true },
    });
    const open = await tx.job.findMany({
      where: { taskId, status: { in: ["queued", "running"] } },
      select: { id: true },
    });
    const openIds = open.map((job) => job.id);
    await tx.job.updateMany({
      where: { id: { in: openIds } },
      data: { status: "running", startedAt: now, attempt: { increment: 1 }, errorCode: null, evidence: [] },
    });
    await tx.jobProgress.deleteMany({ where: { jobId: { in: openIds } } });
    await tx.jobProgress.createMany({ data: openIds.map((jobId) => ({ jobId })) });
    if (isLoss) await recordTaskEvent(tx, taskId, "returned", { reason: "worker_lost" });
    await recordTaskEvent(tx, taskId, "claimed", { worker: by.workerName, attempt });
    await notify(tx, before.projectId, { type: "changed", taskId: showId("task", taskId) });
    const task = await tx.task.findUniqueOrThrow({
      where: { id: taskId },
      include: { jobs: { orderBy: { index: "asc" } }, output: { select: STORABLE_OUTPUT } },
    });
    const endAs =
      before.cancelRequestedAt !== null
        ? "canceled"
        : workerLosses >= MAX_WORKER_LOSSES
          ? "worker_lost"
          : null;
    return { task, fence, endAs };
  });
}
