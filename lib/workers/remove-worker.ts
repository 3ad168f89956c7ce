import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { AppError } from "#lib/errors.ts";
import { lockWorker } from "#lib/workers/lock-worker.ts";
import { WORKER_SILENT_MS, workerState } from "#lib/workers/view.ts";

/**
 * Takes an offline worker (`wrk_…`) off the list, with those of the same name that ended before it began. If it comes back
 * it registers itself again. Role admin.
 * @throws {AppError} `not_found`; `conflict` while it answers, or while its last tasks are not taken over yet
 */
export async function removeWorker(ctx: Ctx, workerId: string): Promise<void> {
  requireRole(ctx, "admin");
  await db().$transaction(async (tx) => {
    const row = await lockWorker(tx, workerId);
    if (workerState(row) !== "offline")
      throw new AppError("conflict", `The worker ${row.name} is ${workerState(row)}. Stop it first.`);
    const running = await tx.task.count({ where: { workerId: row.id, status: "running" } });
    if (running > 0)
      throw new AppError(
        "conflict",
        `The worker ${row.name} went while it ran ${running === 1 ? "a task" : `${running} tasks`}. Another worker takes over first.`,
      );
    // A living one of the same name may well have beaten last before this one began.
    const ended: Prisma.WorkerWhereInput = {
      name: row.name,
      heartbeatAt: { lt: row.startedAt },
      OR: [{ state: "offline" }, { heartbeatAt: { lt: new Date(Date.now() - WORKER_SILENT_MS) } }],
    };
    await tx.worker.deleteMany({ where: { OR: [{ id: row.id }, ended] } });
    await recordAudit(tx, ctx, {
      action: "worker.remove",
      object: { kind: "worker", id: row.id, name: row.name },
    });
  });
}
