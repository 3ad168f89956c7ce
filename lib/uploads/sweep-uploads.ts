import { db } from "#lib/db/client.ts";
import { removeUpload } from "#lib/uploads/remove-upload.ts";

const BATCH = 100;
const DAY_MS = 24 * 3600 * 1000;

/**
 * Gives up unfinished uploads that stood still for a day, and removes complete ones whose last task was made more than
 * `retentionDays` ago (without any task: that were completed then). `deleteFile` gets the UUID of each and removes what is
 * stored. Returns how many. For a timer; several processes may run it at once.
 */
export async function sweepUploads({
  retentionDays,
  deleteFile,
  now = new Date(),
}: {
  retentionDays: number;
  deleteFile: (uploadId: string) => Promise<void>;
  now?: Date;
}): Promise<number> {
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
  ]) {
    if (!(await removeUpload(id, { onlyIfExpired }))) continue;
    await deleteFile(id);
    removed += 1;
  }
  await db().upload.deleteMany({
    where: { state: "removed", createdAt: { lt: before }, tasks: { none: {} } },
  });
  return removed;
}
