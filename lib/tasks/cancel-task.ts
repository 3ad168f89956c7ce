import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db, type Tx } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId, showId } from "#lib/ids.ts";
import { cancelUnit } from "#lib/queue/boss.ts";
import { notify, notifyCancel } from "#lib/queue/notify.ts";
import { recordTaskEvent } from "#lib/tasks/events.ts";
import { getTask, taskNotFound } from "#lib/tasks/get-task.ts";
import { deriveTaskStatus, isSettled, statusesBefore } from "#lib/tasks/status.ts";
import type { TaskView } from "#lib/tasks/view.ts";
import { recordSettlement } from "#lib/webhooks/record-settlement.ts";

/**
 * Cancels a task. A queued one, or one that waits between two runs, is canceled at once; a running one is asked to stop,
 * and its worker settles it within a second or two. Finished jobs keep their files. Role operator. Asking twice is the same as asking once.
 * @throws {AppError} `not_found`; `conflict` when the task has ended
 */
export async function cancelTask(ctx: Ctx, taskId: string): Promise<TaskView> {
  requireRole(ctx, "operator");
  const id = readId("task", taskId);
  if (id === null) throw taskNotFound();
  await db().$transaction(async (tx) => {
    const task = await lockTask(tx, ctx, id);
    if (task === null) throw taskNotFound();
    if (isSettled(task.status))
      throw new AppError("conflict", `This task has ended (${task.status}); there is nothing to cancel.`);
    const settle =
      task.status === "queued" ? settleQueued : task.workerId === null ? settleWaiting : askToStop;
    const isNew = await settle(tx, ctx, id, task.unitId);
    if (isNew)
      await recordAudit(tx, ctx, {
        action: "task.cancel",
        object: { kind: "task", id, name: task.name },
        before: { status: task.status },
      });
    await notify(tx, ctx.projectId, { type: "changed", taskId: showId("task", id) });
  });
  return getTask(ctx, taskId);
}

/** The row's state, locked against claims and settlements until the transaction ends. */
async function lockTask(tx: Tx, ctx: Ctx, id: string) {
  await tx.$queryRaw`SELECT 1 FROM "Task" WHERE id = ${id}::uuid AND "projectId" = ${ctx.projectId}::uuid FOR UPDATE`;
  return tx.task.findFirst({
    where: { id, projectId: ctx.projectId },
    select: { name: true, status: true, unitId: true, workerId: true },
  });
}

/** What a task said while it waited for a disk is no failure of its own. */
const NO_FAILURE = { errorCode: null, errorParams: Prisma.DbNull, evidence: [] };

async function settleQueued(tx: Tx, ctx: Ctx, id: string, unitId: string | null): Promise<true> {
  const finishedAt = new Date();
  await tx.job.updateMany({
    where: { taskId: id, status: "queued" },
    data: { status: "canceled", finishedAt },
  });
  const jobs = await tx.job.findMany({ where: { taskId: id }, select: { status: true } });
  // A retry that never began: jobs that it left alone may have succeeded or failed.
  const status = deriveTaskStatus(jobs.map((job) => job.status));
  const { count } = await tx.task.updateMany({
    where: { id, status: { in: statusesBefore(status) } },
    data: {
      status,
      phase: null,
      waitingFor: null,
      ...NO_FAILURE,
      unitId: null,
      cancelRequestedAt: finishedAt,
      finishedAt,
      // A worker that is just about to claim it carries an older number.
      fence: { increment: 1 },
    },
  });
  if (count !== 1) throw new Error(`task ${id} could not become ${status}`);
  await tx.jobProgress.deleteMany({ where: { job: { taskId: id } } });
  if (unitId !== null) await cancelUnit(tx, unitId);
  await recordTaskEvent(tx, id, "canceled", { by: ctx.actor.name });
  await recordSettlement(tx, { id, projectId: ctx.projectId }, "canceled", null);
  return true;
}

/** In the middle of a run, between two workers: nobody would hear the request, so what is open ends here. */
async function settleWaiting(tx: Tx, ctx: Ctx, id: string, unitId: string | null): Promise<boolean> {
  const finishedAt = new Date();
  const open = { taskId: id, status: { in: ["queued", "running"] } } satisfies Prisma.JobWhereInput;
  await tx.jobProgress.deleteMany({ where: { job: open } });
  await tx.job.updateMany({ where: open, data: { status: "canceled", finishedAt } });
  const jobs = await tx.job.findMany({
    where: { taskId: id },
    select: { status: true, errorCode: true },
    orderBy: { index: "asc" },
  });
  const status = deriveTaskStatus(jobs.map((job) => job.status));
  if (status !== "canceled" && status !== "partial" && status !== "failed")
    throw new Error(`a canceled task cannot be ${status}`);
  await tx.task.update({
    where: { id },
    data: {
      status,
      phase: null,
      waitingFor: null,
      ...NO_FAILURE,
      unitId: null,
      cancelRequestedAt: finishedAt,
      finishedAt,
      // As in a queued task.
      fence: { increment: 1 },
    },
  });
  if (unitId !== null) await cancelUnit(tx, unitId);
  const by = { by: ctx.actor.name };
  await recordTaskEvent(tx, id, "cancel_requested", by);
  const code = jobs.find((job) => job.errorCode !== null)?.errorCode;
  if (status === "canceled") await recordTaskEvent(tx, id, "canceled", by);
  else await recordTaskEvent(tx, id, status, typeof code === "string" ? { code } : {});
  await recordSettlement(tx, { id, projectId: ctx.projectId }, status, code ?? null);
  return true;
}

/** @returns whether nobody had asked before. */
async function askToStop(tx: Tx, ctx: Ctx, id: string): Promise<boolean> {
  const { count } = await tx.task.updateMany({
    where: { id, cancelRequestedAt: null },
    data: { cancelRequestedAt: new Date() },
  });
  if (count === 1) await recordTaskEvent(tx, id, "cancel_requested", { by: ctx.actor.name });
  await notifyCancel(tx, id);
  return count === 1;
}
