import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { notifyWorker } from "#lib/queue/notify.ts";
import { lockWorker } from "#lib/workers/lock-worker.ts";
import { toWorkerView, WORKER_ROW } from "#lib/workers/to-worker-view.ts";
import { workerState, type WorkerView } from "#lib/workers/view.ts";

/**
 * Asks a worker (`wrk_…`) to take no more units; what it runs goes on to its end. It holds until {@link resumeWorker}, or
 * until its process starts anew. Role admin. Asking twice is the same as asking once.
 * @throws {AppError} `not_found`; `conflict` when the worker does not answer any more
 */
export function drainWorker(ctx: Ctx, workerId: string): Promise<WorkerView> {
  return ask(ctx, workerId, true);
}

/**
 * Lets a drained worker take units again. Role admin.
 * @throws {AppError} `not_found`; `conflict` when the worker does not answer any more
 */
export function resumeWorker(ctx: Ctx, workerId: string): Promise<WorkerView> {
  return ask(ctx, workerId, false);
}

async function ask(ctx: Ctx, workerId: string, isDrain: boolean): Promise<WorkerView> {
  requireRole(ctx, "admin");
  return db().$transaction(async (tx) => {
    const row = await lockWorker(tx, workerId);
    if (workerState(row) === "offline")
      throw new AppError("conflict", `The worker ${row.name} is offline: there is nobody to tell.`);
    const drainRequestedAt = isDrain ? (row.drainRequestedAt ?? new Date()) : null;
    const now = await tx.worker.update({
      where: { id: row.id },
      data: { drainRequestedAt },
      select: WORKER_ROW,
    });
    if ((row.drainRequestedAt !== null) !== isDrain)
      await recordAudit(tx, ctx, {
        action: isDrain ? "worker.drain" : "worker.resume",
        object: { kind: "worker", id: row.id, name: row.name },
      });
    await notifyWorker(tx, row.id);
    return toWorkerView(ctx, now);
  });
}
