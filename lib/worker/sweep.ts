import { readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";

import { db } from "#lib/db/client.ts";
import { type Env, uploadsDir, workDir } from "#lib/env.ts";
import { logger } from "#lib/log.ts";
import { enqueueTask, TASK_QUEUE } from "#lib/queue/boss.ts";
import { SETTLED } from "#lib/tasks/status.ts";
import { sweepUploads } from "#lib/uploads/sweep-uploads.ts";
import { UploadFiles } from "#lib/uploads/upload-files.ts";
import { sweepDeliveries } from "#lib/webhooks/sweep-deliveries.ts";
import { sweepChunks } from "#lib/worker/chunk-store.ts";
import { sweepAttempts } from "#lib/worker/sweep-attempts.ts";
import { sweepTransfers } from "#lib/worker/sweep-transfers.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** After this much silence a worker on another machine counts as dead. */
const DEAD_MS = 60_000;
/** Its folder, on a shared disk, is a leftover only after this: it may be cut off from the database and still encode. */
const LEFTOVER_MS = 600_000;
const WORKER_ROWS_DAYS = 30;
const BATCH = 500;
const OLD_TASKS_BATCH = 100;

/** Everything that has to be cleared up now and then; at a worker's start and every hour. Several may run at once. */
export async function sweep(env: Env): Promise<void> {
  const now = Date.now();
  const steps: Record<string, () => Promise<unknown>> = {
    workers: async () => sweepDeadWorkers(env, await databaseNow()),
    units: requeueLostUnits,
    attempts: () => sweepAttempts(env),
    chunks: () => sweepChunks(env),
    transfers: () => sweepTransfers(env, new Date(now - DAY_MS)),
    uploads: () => sweepAllUploads(env),
    probes: () => db().probe.deleteMany({ where: { createdAt: { lt: new Date(now - HOUR_MS) } } }),
    idempotencyKeys: () =>
      db().idempotencyKey.deleteMany({ where: { createdAt: { lt: new Date(now - DAY_MS) } } }),
    workerRows: () =>
      db().worker.deleteMany({ where: { heartbeatAt: { lt: new Date(now - WORKER_ROWS_DAYS * DAY_MS) } } }),
    endedSessions: () => db().endedSession.deleteMany({ where: { expiresAt: { lt: new Date(now) } } }),
    deliveries: () => sweepDeliveries(now),
    oldTasks: () => deleteOldTasks(new Date(now - env.retentionDays * DAY_MS)),
  };
  for (const [step, run] of Object.entries(steps)) {
    try {
      await run();
    } catch (error) {
      // One step that fails must not keep the others from their work.
      logger("sweep").error({ err: error, step }, "a step of the sweep failed");
    }
  }
}

/** Heartbeats are written by the database's clock, and compared with it. */
async function databaseNow(): Promise<number> {
  const rows = await db().$queryRaw<{ now: Date }[]>`SELECT now() AS now`;
  return rows[0]?.now.getTime() ?? Date.now();
}

/** Marks workers that are no more, and removes their work folders from this machine. */
async function sweepDeadWorkers(env: Env, now: number): Promise<void> {
  const folders = await readdir(workDir(env)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  const workers = await db().worker.findMany({
    where: { OR: [{ id: { in: folders.filter(isUuid) } }, { state: { not: "offline" } }] },
    select: { id: true, host: true, pid: true, state: true, heartbeatAt: true },
  });
  const isDead = (worker: (typeof workers)[number]) =>
    worker.state === "offline" ||
    now - worker.heartbeatAt.getTime() > DEAD_MS ||
    (worker.host === hostname() && !isAlive(worker.pid));
  const dead = workers.filter(isDead).map((worker) => worker.id);
  const keeps = (worker: (typeof workers)[number]) =>
    worker.host === hostname() ? !isDead(worker) : now - worker.heartbeatAt.getTime() <= LEFTOVER_MS;
  await db().worker.updateMany({
    where: { id: { in: dead }, state: { not: "offline" } },
    data: { state: "offline", stoppedAt: new Date(now) },
  });
  const kept = new Set(workers.filter(keeps).map((worker) => worker.id));
  for (const folder of folders) {
    if (isUuid(folder) && !kept.has(folder))
      await rm(path.join(workDir(env), folder), { recursive: true, force: true });
  }
}

/** Tasks that wait or run without a living unit (a restored database, an emptied queue) get a new one. */
export async function requeueLostUnits(): Promise<void> {
  const lost = await db().$queryRaw<{ id: string; unitId: string | null }[]>`
    SELECT task.id, task."unitId" FROM "Task" task
    WHERE task.status IN ('queued', 'running') AND task."waitingFor" IS DISTINCT FROM 'upload'
      AND task."updatedAt" < now() - interval '1 minute'
      AND NOT EXISTS (
        SELECT 1 FROM pgboss.job unit
        WHERE unit.name = ${TASK_QUEUE} AND unit.id = task."unitId" AND unit.state IN ('created', 'retry', 'active')
      )
    LIMIT ${BATCH}`;
  for (const { id, unitId } of lost) {
    await db().$transaction(async (tx) => {
      const locked = await tx.$queryRaw<{ priority: number }[]>`
        SELECT priority FROM "Task"
        WHERE id = ${id}::uuid AND "unitId" IS NOT DISTINCT FROM ${unitId}::uuid AND status IN ('queued', 'running')
        FOR UPDATE`;
      const row = locked[0];
      if (row === undefined) return;
      await tx.task.update({
        where: { id },
        data: { unitId: await enqueueTask(tx, { id, priority: row.priority }) },
      });
      logger("sweep").warn({ taskId: id }, "a task had lost its unit and is queued again");
    });
  }
}

async function sweepAllUploads(env: Env): Promise<void> {
  const files = new UploadFiles(uploadsDir(env));
  // A batch at a time, until one finds nothing more to remove.
  for (;;) {
    const removed = await sweepUploads({ retentionDays: env.sourceRetentionDays, files });
    if (removed === 0) return;
  }
}

/** Records go with jobs, timelines and logs; published files stay. In batches: a task's log alone may have 5,000 rows. */
async function deleteOldTasks(before: Date): Promise<void> {
  const old = { finishedAt: { lt: before }, status: { in: [...SETTLED] } };
  for (;;) {
    const tasks = await db().task.findMany({
      where: old,
      select: { id: true },
      orderBy: { finishedAt: "asc" },
      take: OLD_TASKS_BATCH,
    });
    if (tasks.length === 0) return;
    const { count } = await db().task.deleteMany({
      where: { ...old, id: { in: tasks.map(({ id }) => id) } },
    });
    // Another worker's sweep had them.
    if (count === 0) return;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function isUuid(name: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);
}
