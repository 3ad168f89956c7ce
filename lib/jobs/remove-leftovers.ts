import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { AppError, FailureError } from "#lib/errors.ts";
import { manifestSchema } from "#lib/jobs/manifest.ts";
import { recoverAttempts } from "#lib/jobs/recover-attempts.ts";
import { openStore, STORABLE_OUTPUT, type StorableOutput } from "#lib/storage/open-store.ts";
import type { Store } from "#lib/storage/store.ts";

/** Somebody waits for the answer, and can ask again. */
const PATIENCE_MS = 5_000;

/**
 * Clears the Output of what attempts of this task (UUID) have left that died: their folders, and what they did to
 * primaries. Holds the task's row meanwhile, so that no new attempt begins. Does nothing for one that never ran, that runs
 * now, or whose Output may not be written to any more: such a task could otherwise never be deleted.
 * @throws {AppError} `unavailable` when the Output does not answer or refuses
 */
export async function removeLeftovers(ctx: Ctx, taskId: string): Promise<void> {
  await db().$transaction(
    async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "Task" WHERE id = ${taskId}::uuid FOR UPDATE`;
      const task = await tx.task.findFirst({
        where: { id: taskId, projectId: ctx.projectId },
        select: {
          status: true,
          fence: true,
          output: { select: STORABLE_OUTPUT },
          jobs: { select: { id: true, primaryPath: true, manifest: true } },
        },
      });
      if (task === null || task.status === "running" || task.fence === 0) return;
      if (task.fence === 1 && task.status === "succeeded") return;
      const store = reachableStore(task.output);
      if (store === null) return;
      try {
        for (const job of task.jobs) {
          const manifest = manifestSchema.nullable().parse(job.manifest);
          await recoverAttempts(store, { ...job, manifest }, task.fence + 1);
        }
      } catch (cause) {
        if (isDenied(cause)) return;
        const message = `What this task left in the Output ${task.output.name} could not be removed; the task was kept. Try again.`;
        throw new AppError("unavailable", message, { cause });
      }
    },
    { timeout: 60_000 },
  );
}

/** The bucket or the key is gone, or the folder is closed: asking again would not help. */
function isDenied(error: unknown): boolean {
  return error instanceof FailureError && error.failure.code === "OUTPUT_DENIED";
}

/** Null when the Output lies outside of what this installation may write to. */
function reachableStore(output: StorableOutput): Store | null {
  try {
    return openStore(output, getEnv(), { patienceMs: PATIENCE_MS });
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
