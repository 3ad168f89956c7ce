import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import type { Manifest } from "#lib/jobs/manifest.ts";
import { openStore } from "#lib/storage/open-store.ts";
import type { Store } from "#lib/storage/store.ts";

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
      output: true,
      jobs: { select: { primaryPath: true, manifest: true, finishedAt: true } },
    },
  });
  const published = task.jobs.flatMap((job) =>
    job.manifest === null ? [] : [{ ...job, manifest: job.manifest as Manifest }],
  );
  if (published.length === 0) return;
  const store = openStore(task.output);
  for (const { manifest, finishedAt } of published) {
    const isReplaced = await hasLaterPublisher(ctx, taskId, task.outputId, manifest.primary.path, finishedAt);
    await removeFiles(store, manifest, { keepPrimary: isReplaced }).catch((cause: unknown) => {
      const message = `Not all files could be removed from the Output ${task.output.name}; the task was kept. Try again.`;
      throw new AppError("unavailable", message, { cause });
    });
  }
}

async function removeFiles(
  store: Store,
  manifest: Manifest,
  { keepPrimary }: { keepPrimary: boolean },
): Promise<void> {
  if (!keepPrimary) await store.delete(manifest.primary.path);
  if (manifest.mediaFolder !== null) await store.deleteFolder(manifest.mediaFolder);
}

/** Whether another task has published under the same name since. */
async function hasLaterPublisher(
  ctx: Ctx,
  taskId: string,
  outputId: string,
  primaryPath: string,
  since: Date | null,
): Promise<boolean> {
  const later = await db().job.findFirst({
    where: {
      projectId: ctx.projectId,
      primaryPath,
      status: "succeeded",
      taskId: { not: taskId },
      task: { outputId },
      ...(since === null ? {} : { finishedAt: { gte: since } }),
    },
    select: { id: true },
  });
  return later !== null;
}
