import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId, showId } from "#lib/ids.ts";
import { removeLeftovers } from "#lib/jobs/remove-leftovers.ts";
import { removePublishedFiles } from "#lib/jobs/remove-published-files.ts";
import { cancelUnit } from "#lib/queue/boss.ts";
import { notify } from "#lib/queue/notify.ts";
import { taskNotFound } from "#lib/tasks/get-task.ts";

/**
 * Deletes a task's record with jobs, timeline and log; its published files only with `files`. A queued task leaves the
 * queue. What attempts that died have left in the Output goes in any case. Role operator. Files go first: when one cannot
 * be removed, the record stays, and the call can be repeated.
 * @throws {AppError} `not_found`; `conflict` while the task runs; `unavailable` when its Output cannot be reached
 */
export async function deleteTask(
  ctx: Ctx,
  taskId: string,
  { files = false }: { files?: boolean } = {},
): Promise<void> {
  requireRole(ctx, "operator");
  const id = readId("task", taskId);
  if (id === null) throw taskNotFound();
  const task = await db().task.findFirst({
    where: { id, projectId: ctx.projectId },
    select: { status: true },
  });
  if (task === null) throw taskNotFound();
  if (task.status === "running") throw isRunning();
  // Once the record is gone, nobody knows whose these are.
  await removeLeftovers(ctx, id);
  if (files) await removePublishedFiles(ctx, id);
  await db().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM "Task" WHERE id = ${id}::uuid FOR UPDATE`;
    const now = await tx.task.findFirst({
      where: { id, projectId: ctx.projectId },
      select: { name: true, status: true, unitId: true },
    });
    if (now === null) throw taskNotFound();
    if (now.status === "running") throw isRunning();
    if (now.unitId !== null) await cancelUnit(tx, now.unitId);
    await tx.task.delete({ where: { id } });
    await recordAudit(tx, ctx, {
      action: "task.delete",
      object: { kind: "task", id, name: now.name },
      before: { status: now.status },
      after: { filesRemoved: files },
    });
    await notify(tx, ctx.projectId, { type: "deleted", taskId: showId("task", id) });
  });
}

function isRunning(): AppError {
  return new AppError("conflict", "This task is running. Cancel it first, then delete it.");
}
