import { type Ctx, requireRole } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { toWorkerView, type WorkerView } from "#lib/workers/view.ts";

const DAY_MS = 24 * 3_600_000;

/** Workers of the installation (they serve every project) that were alive in the last day, newest first. */
export async function listWorkers(ctx: Ctx): Promise<WorkerView[]> {
  requireRole(ctx, "viewer");
  const rows = await db().worker.findMany({
    where: { heartbeatAt: { gt: new Date(Date.now() - DAY_MS) } },
    orderBy: [{ startedAt: "desc" }, { id: "desc" }],
    take: 200,
    select: {
      id: true,
      name: true,
      state: true,
      slots: true,
      version: true,
      sandboxTier: true,
      heartbeatAt: true,
      _count: { select: { tasks: { where: { status: "running" } } } },
    },
  });
  return rows.map((row) => toWorkerView(row, row._count.tasks));
}
