import type { Ctx } from "#lib/context.ts";
import { db, type Tx } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import type { Manifest } from "#lib/jobs/manifest.ts";
import { lockPrimary } from "#lib/outputs/lock-paths.ts";
import { openStore, STORABLE_OUTPUT } from "#lib/storage/open-store.ts";

/** Somebody waits for the answer, and can ask again. */
const PATIENCE_MS = 5_000;

/**
 * Removes from the Output what the manifests of a task's jobs name: the primary first, so that no player finds one whose
 * media are gone, then the media folder. A primary that a later task has replaced is that task's, and stays. `taskId`: UUID.
 * @throws {AppError} `unavailable` when the Output cannot be reached or refuses
 */
export async function removePublishedFiles(ctx: Ctx, taskId: string): Promise<void> {
  const task = await db().task.findFirstOrThrow({
    where: { id: taskId, projectId: ctx.projectId },
    select: {
      outputId: true,
      output: { select: STORABLE_OUTPUT },
      jobs: { select: { id: true, primaryPath: true, manifest: true, finishedAt: true } },
    },
  });
  const published = task.jobs.flatMap((job) =>
    job.manifest === null ? [] : [{ ...job, manifest: job.manifest as Manifest }],
  );
  if (published.length === 0) return;
  const store = openStore(task.output, getEnv(), { patienceMs: PATIENCE_MS });
  for (const { id, manifest, finishedAt } of published) {
    const { primary, mediaFolder } = manifest;
    try {
      await db().$transaction(async (tx) => {
        await lockPrimary(tx, id, primary.path);
        const isReplaced = await hasLaterPublisher(tx, ctx, {
          taskId,
          outputId: task.outputId,
          primaryPath: primary.path,
          since: finishedAt,
        });
        if (!isReplaced) await store.delete(primary.path);
      });
      if (mediaFolder !== null) await store.deleteFolder(mediaFolder);
    } catch (cause) {
      const message = `Not all files could be removed from the Output ${task.output.name}; the task was kept. Try again.`;
      throw new AppError("unavailable", message, { cause });
    }
  }
}

/** Whether another task has published under the same name since. */
async function hasLaterPublisher(
  tx: Tx,
  ctx: Ctx,
  wanted: { taskId: string; outputId: string; primaryPath: string; since: Date | null },
): Promise<boolean> {
  const later = await tx.job.findFirst({
    where: {
      projectId: ctx.projectId,
      primaryPath: wanted.primaryPath,
      status: "succeeded",
      taskId: { not: wanted.taskId },
      task: { outputId: wanted.outputId },
      ...(wanted.since === null ? {} : { finishedAt: { gte: wanted.since } }),
    },
    select: { id: true },
  });
  return later !== null;
}
