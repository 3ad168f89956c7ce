import { type Ctx, requireRole } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { toWorkerView, WORKER_ROW } from "#lib/workers/to-worker-view.ts";
import type { WorkerView } from "#lib/workers/view.ts";

const DAY_MS = 24 * 3_600_000;

/**
 * Workers of the installation (they serve every project) that were alive in the last day: those that answer first, then
 * by name. One that ended before another of the same name began (a restart) is left out: nothing is missing there.
 */
export async function listWorkers(ctx: Ctx): Promise<WorkerView[]> {
  requireRole(ctx, "viewer");
  const now = Date.now();
  const rows = await db().worker.findMany({
    where: { heartbeatAt: { gt: new Date(now - DAY_MS) } },
    orderBy: [{ startedAt: "desc" }, { id: "desc" }],
    take: 200,
    select: WORKER_ROW,
  });
  const lastStart = new Map<string, Date>();
  for (const { name, startedAt } of rows) if (!lastStart.has(name)) lastStart.set(name, startedAt);
  const views = rows
    .map((row) => ({ row, view: toWorkerView(ctx, row, now) }))
    .filter(({ row, view }) => view.state !== "offline" || row.heartbeatAt >= (lastStart.get(row.name) ?? 0))
    .map(({ view }) => view);
  return views.sort(
    (a, b) =>
      Number(a.state === "offline") - Number(b.state === "offline") ||
      (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}
