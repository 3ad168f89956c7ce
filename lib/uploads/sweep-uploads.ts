import { db } from "#lib/db/client.ts";
import { logger } from "#lib/log.ts";
import { removeUpload } from "#lib/uploads/remove-upload.ts";
import { settleUploads } from "#lib/uploads/settle-uploads.ts";
import type { UploadFiles } from "#lib/uploads/upload-files.ts";

const BATCH = 100;
const DAY_MS = 24 * 3600 * 1000;
/** A file whose row is gone (its project was deleted, an older database was restored) stays this long. */
const UNKNOWN_FILE_MS = DAY_MS;

/**
 * Completes uploads that have arrived whole, gives up unfinished ones that stood still for a day, removes complete ones
 * whose last task was made more than `retentionDays` ago (without any task: that were completed then), and deletes files
 * that no upload needs, also those that an earlier deletion left behind. Returns how many uploads were removed. For a
 * timer; several processes may run it at once.
 */
export async function sweepUploads({
  retentionDays,
  files,
  now = new Date(),
}: {
  retentionDays: number;
  files: UploadFiles;
  now?: Date;
}): Promise<number> {
  // First: what has all its bytes is not given up, whoever was killed before saying so.
  await settleUploads(files);
  const before = new Date(now.getTime() - retentionDays * DAY_MS);
  const expired = await db().upload.findMany({
    where: { state: "uploading", expiresAt: { lte: now } },
    select: { id: true },
    take: BATCH,
  });
  const unused = await db().upload.findMany({
    where: {
      state: "complete",
      completedAt: { lt: before },
      tasks: { none: { OR: [{ createdAt: { gte: before } }, { status: { in: ["queued", "running"] } }] } },
    },
    select: { id: true },
    take: BATCH,
  });
  let removed = 0;
  for (const { id, onlyIfExpired } of [
    ...expired.map(({ id }) => ({ id, onlyIfExpired: true })),
    ...unused.map(({ id }) => ({ id, onlyIfExpired: false })),
  ])
    if (await removeUpload(id, { onlyIfExpired })) removed += 1;
  await deleteLeftovers(files, now);
  await db().upload.deleteMany({
    where: { state: "removed", createdAt: { lt: before }, tasks: { none: {} } },
  });
  return removed;
}

/** Files of removed uploads, at once; files that no row knows, after a day. One that resists is tried again next time. */
async function deleteLeftovers(files: UploadFiles, now: Date): Promise<void> {
  const stored = await files.list();
  for (let start = 0; start < stored.length; start += BATCH) {
    const batch = stored.slice(start, start + BATCH);
    const rows = await db().upload.findMany({
      where: { id: { in: batch.map(({ uploadId }) => uploadId) } },
      select: { id: true, state: true },
    });
    const states = new Map(rows.map(({ id, state }) => [id, state]));
    for (const { uploadId, writtenAt } of batch) {
      const state = states.get(uploadId);
      const isLeft =
        state === "removed" || (state === undefined && now.getTime() - writtenAt > UNKNOWN_FILE_MS);
      if (!isLeft) continue;
      try {
        await files.remove(uploadId);
      } catch (error) {
        logger("uploads").error({ err: error, uploadId }, "a removed upload's file could not be deleted");
      }
    }
  }
}
