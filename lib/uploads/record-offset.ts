import { db } from "#lib/db/client.ts";
import { showId } from "#lib/ids.ts";
import { notify } from "#lib/queue/notify.ts";
import { UPLOAD_IDLE_MS } from "#lib/uploads/is-arriving.ts";

/**
 * Writes down how many bytes of an upload (UUID) are stored, moves its expiry on, and tells whoever watches a task that
 * waits for it. For the upload handler, about once a second; the stored file stays the authority. False when the upload
 * is no longer open.
 */
export async function recordOffset(uploadId: string, offsetBytes: number): Promise<boolean> {
  const { count } = await db().upload.updateMany({
    where: { id: uploadId, state: "uploading" },
    data: { offsetBytes: BigInt(offsetBytes), expiresAt: new Date(Date.now() + UPLOAD_IDLE_MS) },
  });
  if (count === 0) return false;
  const waiting = await db().task.findMany({
    where: { uploadId, waitingFor: "upload", status: "queued" },
    select: { id: true, projectId: true },
  });
  for (const { id, projectId } of waiting)
    await notify(db(), projectId, { type: "changed", taskId: showId("task", id) });
  return true;
}
