import { db } from "#lib/db/client.ts";
import { manifestSchema } from "#lib/jobs/manifest.ts";
import { logger } from "#lib/log.ts";
import { openStore, STORABLE_OUTPUT, type StoreEnv } from "#lib/storage/open-store.ts";
import { SETTLED } from "#lib/tasks/status.ts";
import { recoverAttempts } from "#lib/jobs/recover-attempts.ts";

/** Settled longer ago than this, a task has been looked at many times. */
const LOOK_BACK_MS = 26 * 3_600_000;
const BATCH = 500;
/** One Output's server that is gone must not cost every task of it half a minute. */
const PATIENCE_MS = 2_000;

/**
 * Clears a settled task's Output of everything that its manifests do not name: folders of attempts that died, and what
 * they did to primaries. Holds the task's row meanwhile, so that no new attempt begins. Does nothing for a task that
 * runs or waits: its next claim does the same.
 */
export async function sweepTaskAttempts(taskId: string, env: StoreEnv): Promise<void> {
  await db().$transaction(
    async (tx) => {
      const locked = await tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM "Task" WHERE id = ${taskId}::uuid FOR UPDATE SKIP LOCKED`;
      if (locked.length === 0) return;
      const task = await tx.task.findUniqueOrThrow({
        where: { id: taskId },
        select: {
          status: true,
          fence: true,
          output: { select: STORABLE_OUTPUT },
          jobs: { select: { id: true, primaryPath: true, manifest: true } },
        },
      });
      if (!SETTLED.includes(task.status)) return;
      const store = openStore(task.output, env, { patienceMs: PATIENCE_MS });
      for (const job of task.jobs) {
        const manifest = manifestSchema.nullable().parse(job.manifest);
        await recoverAttempts(store, { ...job, manifest }, task.fence + 1);
      }
    },
    { timeout: 60_000 },
  );
}

/** {@link sweepTaskAttempts} for the tasks of the last day that did not simply succeed at their first attempt. */
export async function sweepAttempts(env: StoreEnv): Promise<void> {
  const tasks = await db().task.findMany({
    where: {
      finishedAt: { gt: new Date(Date.now() - LOOK_BACK_MS) },
      status: { in: [...SETTLED] },
      OR: [{ fence: { gt: 1 } }, { status: { not: "succeeded" } }],
    },
    orderBy: { finishedAt: "desc" },
    take: BATCH,
    select: { id: true },
  });
  for (const { id } of tasks) {
    try {
      await sweepTaskAttempts(id, env);
    } catch (error) {
      // An Output that is out of reach must not keep the others from being swept.
      logger("sweep").warn({ err: error, taskId: id }, "could not sweep a task's Output");
    }
  }
}
