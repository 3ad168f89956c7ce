import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db, type Tx } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId, showId } from "#lib/ids.ts";
import { invalidField, parseInput } from "#lib/parse-input.ts";
import { enqueueTask } from "#lib/queue/boss.ts";
import { notify } from "#lib/queue/notify.ts";
import { recordTaskEvent } from "#lib/tasks/events.ts";
import { findTaskSource } from "#lib/tasks/find-task-source.ts";
import { getTask, taskNotFound } from "#lib/tasks/get-task.ts";
import { retryTaskSchema, sourceSchema } from "#lib/tasks/schema.ts";
import { isSettled, statusesBefore } from "#lib/tasks/status.ts";
import type { TaskView } from "#lib/tasks/view.ts";

type RetryableJob = { id: string; status: string; templateName: string };

/**
 * Runs the failed jobs of a settled task again, or exactly those that `input.jobs` names (`job_…`), canceled ones among
 * them. They go back into the queue under a new unit, and the next claim starts the next attempt; the other jobs, their
 * results and their files stay as they are. Role operator.
 * @throws {AppError} `not_found`; `invalid_input` when a named job is not the task's; `conflict` while the task waits or
 * runs, when there is no such job to run again, and when the source or the Output is gone
 */
export async function retryTask(ctx: Ctx, taskId: string, input: unknown = {}): Promise<TaskView> {
  requireRole(ctx, "operator");
  const { jobs: named } = parseInput(retryTaskSchema, input);
  const id = readId("task", taskId);
  if (id === null) throw taskNotFound();
  await db().$transaction(async (tx) => {
    const source = await checkSource(tx, ctx, id);
    await tx.$queryRaw`SELECT 1 FROM "Task" WHERE id = ${id}::uuid AND "projectId" = ${ctx.projectId}::uuid FOR UPDATE`;
    const task = await tx.task.findFirst({
      where: { id, projectId: ctx.projectId },
      select: {
        name: true,
        status: true,
        priority: true,
        attempt: true,
        output: { select: { name: true, archivedAt: true } },
        jobs: { select: { id: true, status: true, templateName: true }, orderBy: { index: "asc" } },
      },
    });
    if (task === null) throw taskNotFound();
    if (!isSettled(task.status))
      throw new AppError("conflict", `This task is ${task.status}. Retry it after it has ended.`);
    if (task.output.archivedAt !== null)
      throw new AppError(
        "conflict",
        `The Output ${task.output.name} is archived. Unarchive it, or duplicate the task and select another Output.`,
      );
    const chosen = chooseJobs(task.jobs, named);
    const unitId = source.isWaiting ? null : await enqueueTask(tx, { id, priority: task.priority });
    const { count } = await tx.task.updateMany({
      where: { id, status: { in: statusesBefore("queued") } },
      data: {
        status: "queued",
        phase: null,
        waitingFor: source.isWaiting ? "upload" : null,
        unitId,
        workerId: null,
        // Whatever is still alive of an older attempt can write no more.
        fence: { increment: 1 },
        // A person has looked: what was counted against the task starts anew.
        toolDeaths: 0,
        workerLosses: 0,
        cancelRequestedAt: null,
        ...NO_FAILURE,
        queuedAt: new Date(),
        startedAt: null,
        finishedAt: null,
      },
    });
    if (count !== 1) throw new Error(`task ${id} could not become queued from ${task.status}`);
    await tx.job.updateMany({
      where: { id: { in: chosen.map((job) => job.id) } },
      data: { status: "queued", ...NO_FAILURE, startedAt: null, finishedAt: null },
    });
    await recordTaskEvent(tx, id, "queued", {
      reason: "retry",
      by: ctx.actor.name,
      attempt: task.attempt + 1,
      jobs: chosen.map((job) => ({ job: showId("job", job.id), template: job.templateName })),
    });
    await recordAudit(tx, ctx, {
      action: "task.retry",
      object: { kind: "task", id, name: task.name },
      before: { status: task.status },
      after: { templates: chosen.map((job) => job.templateName) },
    });
    await notify(tx, ctx.projectId, { type: "changed", taskId: showId("task", id) });
  });
  return getTask(ctx, taskId);
}

const NO_FAILURE = { errorCode: null, errorParams: Prisma.DbNull, evidence: [] };

/** The jobs to run again. */
function chooseJobs(jobs: readonly RetryableJob[], named: readonly string[] | undefined): RetryableJob[] {
  if (named === undefined) {
    const failed = jobs.filter((job) => job.status === "failed");
    if (failed.length > 0) return failed;
    const hint = jobs.some((job) => job.status === "canceled")
      ? "Name the canceled jobs that are to run."
      : "There is nothing to run again.";
    throw new AppError("conflict", `No job of this task has failed. ${hint}`);
  }
  const wanted = named.map((text, index) => {
    const jobId = readId("job", text);
    const job = jobs.find((candidate) => candidate.id === jobId);
    if (job === undefined) throw invalidField(`jobs.${index}`, "This task has no such job.");
    if (job.status !== "failed" && job.status !== "canceled")
      throw new AppError(
        "conflict",
        `The job ${job.templateName} is ${job.status}; only failed and canceled jobs can run again.`,
      );
    return job;
  });
  return [...new Set(wanted)];
}

/**
 * Whether the source can still be read, as far as the database knows; locks an upload's row before the task's, like
 * everybody who needs both.
 */
async function checkSource(tx: Tx, ctx: Ctx, id: string): Promise<{ isWaiting: boolean }> {
  const row = await tx.task.findFirst({
    where: { id, projectId: ctx.projectId },
    select: { source: true },
  });
  if (row === null) throw taskNotFound();
  try {
    return await findTaskSource(tx, ctx, sourceSchema.parse(row.source));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // To the caller the request is right; it is the source that went.
    throw new AppError("conflict", `The source of this task is gone. ${error.message}`, { cause: error });
  }
}
