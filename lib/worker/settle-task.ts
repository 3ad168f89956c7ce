import type { Tx } from "#lib/db/client.ts";
import { type Prisma } from "#lib/db/generated/client.ts";
import type { Failure } from "#lib/errors.ts";
import { showId } from "#lib/ids.ts";
import { enqueueTask } from "#lib/queue/boss.ts";
import { notify } from "#lib/queue/notify.ts";
import { recordTaskEvent } from "#lib/tasks/events.ts";
import { deriveTaskStatus, isSettled, statusesBefore } from "#lib/tasks/status.ts";
import { recordSettlement } from "#lib/webhooks/record-settlement.ts";
import { type FenceKey, withFence } from "#lib/worker/attempt.ts";
import type { Task } from "#lib/db/generated/client.ts";

export type SettledTask = FenceKey & { task: Pick<Task, "id" | "projectId" | "priority"> };

/** A job that will not be tried again, and why. */
export type FailedJob = { id: string; failure: Failure };

/** Marks jobs failed and settles the task when that was its last; one transaction. */
export async function failJobs(
  attempt: SettledTask,
  failed: readonly FailedJob[],
  taskFailure?: Failure,
): Promise<void> {
  await withFence(attempt, async (tx) => {
    for (const { id, failure } of failed) await writeFailedJob(tx, attempt.task.id, id, failure);
    if (taskFailure !== undefined) {
      await tx.task.update({
        where: { id: attempt.task.id },
        data: {
          errorCode: taskFailure.code,
          errorParams: taskFailure.params,
          evidence: taskFailure.evidence,
        },
      });
    }
    await settleIfDone(tx, attempt);
  });
}

/** Ends every job that has not ended as canceled, and the task with them. */
export async function cancelAttempt(attempt: SettledTask): Promise<void> {
  await withFence(
    attempt,
    async (tx) => {
      const open = {
        taskId: attempt.task.id,
        status: { in: ["queued", "running"] },
      } satisfies Prisma.JobWhereInput;
      await tx.jobProgress.deleteMany({ where: { job: open } });
      await tx.job.updateMany({ where: open, data: { status: "canceled", finishedAt: new Date() } });
      await settleIfDone(tx, attempt);
    },
    { evenCanceled: true },
  );
}

/**
 * Gives a task back to the queue in the middle of a run: its unfinished jobs wait again.
 * `requeue` null: the same unit goes back (the caller lets the queue know), and the attempt does not count. Nor does it
 * when the disk was full: the task then says what it waits for.
 */
export async function returnTask(
  attempt: SettledTask,
  reason: "shutdown" | "retry" | "disk_full",
  requeue: {
    tries: number;
    delaySeconds: number;
    toolDeaths: number;
    failure: Failure;
    failed: readonly FailedJob[];
    diskWaits?: number;
    outputBytes?: number;
  } | null,
): Promise<void> {
  await withFence(attempt, async (tx) => {
    const taskId = attempt.task.id;
    for (const { id, failure } of requeue?.failed ?? []) await writeFailedJob(tx, taskId, id, failure);
    const running = { taskId, status: "running" } satisfies Prisma.JobWhereInput;
    await tx.jobProgress.deleteMany({ where: { job: running } });
    const isUnspent = requeue === null || reason === "disk_full";
    const unspent = isUnspent ? { attempt: { decrement: 1 } } : {};
    await tx.job.updateMany({ where: running, data: { status: "queued", startedAt: null, ...unspent } });
    const jobs = await tx.job.findMany({ where: { taskId }, select: { status: true } });
    const status = deriveTaskStatus(jobs.map((job) => job.status));
    const unit =
      requeue === null
        ? {}
        : {
            unitId: await enqueueTask(tx, attempt.task, requeue),
            toolDeaths: { increment: requeue.toolDeaths },
            queuedAt: new Date(),
            ...(reason === "disk_full" ? waitingForSpace(requeue.failure) : {}),
          };
    // The fence moves on too: whatever of this attempt is still alive can write no more.
    await tx.task.update({
      where: { id: taskId },
      data: {
        status,
        phase: null,
        waitingFor: null,
        workerId: null,
        fence: { increment: 1 },
        ...unspent,
        ...unit,
      },
    });
    const detail = requeue === null ? {} : { code: requeue.failure.code, delaySeconds: requeue.delaySeconds };
    await recordTaskEvent(tx, taskId, "returned", { reason, ...detail });
    await changed(tx, attempt);
  });
}

/** What a task's row says while it waits for space on a disk. */
export function waitingForSpace({ code, params, evidence }: Failure) {
  return { waitingFor: "disk", errorCode: code, errorParams: params, evidence: evidence.slice(0, 10) };
}

/** Settles the task if all of its jobs are; true when it did. For use inside {@link withFence}. */
export async function settleIfDone(tx: Tx, attempt: SettledTask): Promise<boolean> {
  const taskId = attempt.task.id;
  const jobs = await tx.job.findMany({
    where: { taskId },
    select: { status: true, errorCode: true },
    orderBy: { index: "asc" },
  });
  const status = deriveTaskStatus(jobs.map((job) => job.status));
  if (isSettled(status)) {
    const { count } = await tx.task.updateMany({
      where: { id: taskId, fence: attempt.fence, status: { in: statusesBefore(status) } },
      data: { status, phase: null, waitingFor: null, unitId: null, finishedAt: new Date() },
    });
    if (count !== 1) throw new Error(`task ${taskId} could not become ${status}`);
    const code = jobs.find((job) => job.errorCode !== null)?.errorCode;
    await recordSettled(tx, taskId, status, code ?? null);
    await recordSettlement(tx, attempt.task, status, code ?? null);
  }
  await changed(tx, attempt);
  return isSettled(status);
}

async function recordSettled(tx: Tx, taskId: string, status: string, code: string | null): Promise<void> {
  switch (status) {
    case "succeeded":
      return recordTaskEvent(tx, taskId, "succeeded");
    case "partial":
      return recordTaskEvent(tx, taskId, "partial", code === null ? {} : { code });
    case "failed":
      return recordTaskEvent(tx, taskId, "failed", code === null ? {} : { code });
    case "canceled": {
      const asked = await tx.taskEvent.findFirst({
        where: { taskId, type: "cancel_requested" },
        orderBy: { id: "desc" },
        select: { data: true },
      });
      const data = asked?.data;
      const by = typeof data === "object" && data !== null && !Array.isArray(data) ? data["by"] : undefined;
      return recordTaskEvent(tx, taskId, "canceled", by === undefined ? {} : { by });
    }
  }
}

async function writeFailedJob(tx: Tx, taskId: string, jobId: string, failure: Failure): Promise<void> {
  const { count } = await tx.job.updateMany({
    where: { id: jobId, taskId, status: { in: ["queued", "running"] } },
    data: {
      status: "failed",
      errorCode: failure.code,
      errorParams: failure.params,
      evidence: failure.evidence.slice(0, 10),
      finishedAt: new Date(),
    },
  });
  if (count !== 1) return;
  await tx.jobProgress.deleteMany({ where: { jobId } });
  const job = await tx.job.findUniqueOrThrow({ where: { id: jobId }, select: { templateName: true } });
  await recordTaskEvent(tx, taskId, "job_failed", {
    job: showId("job", jobId),
    template: job.templateName,
    code: failure.code,
  });
}

async function changed(tx: Tx, attempt: SettledTask): Promise<void> {
  await notify(tx, attempt.task.projectId, { type: "changed", taskId: showId("task", attempt.task.id) });
}
