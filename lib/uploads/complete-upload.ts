import { db, type Tx } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { showId } from "#lib/ids.ts";
import { enqueueTask } from "#lib/queue/boss.ts";
import { notify } from "#lib/queue/notify.ts";
import { recordTaskEvent } from "#lib/tasks/events.ts";

/**
 * The last byte of an upload (UUID) is stored: tasks that wait for it enter the queue, in the same transaction. Calling it
 * again changes nothing.
 * @throws {AppError} `not_found` when the upload was given up or removed
 */
export async function completeUpload(uploadId: string): Promise<void> {
  await db().$transaction(async (tx) => {
    // Locks the row: createTask either sees it complete, or its task is seen below.
    const [row] = await tx.$queryRaw<{ state: string; sizeBytes: bigint }[]>`
      SELECT state::text AS state, "sizeBytes" FROM "Upload" WHERE id = ${uploadId}::uuid FOR UPDATE`;
    if (row === undefined || row.state === "removed")
      throw new AppError("not_found", "This upload was given up or removed. Upload the file again.");
    if (row.state === "complete") return;
    await tx.upload.update({
      where: { id: uploadId },
      data: { state: "complete", offsetBytes: row.sizeBytes, completedAt: new Date() },
    });
    await enqueueWaiting(tx, uploadId, Number(row.sizeBytes));
  });
}

async function enqueueWaiting(tx: Tx, uploadId: string, sizeBytes: number): Promise<void> {
  const waiting = await tx.$queryRaw<{ id: string; projectId: string; priority: number }[]>`
    SELECT id, "projectId", priority FROM "Task"
    WHERE "uploadId" = ${uploadId}::uuid AND "waitingFor" = 'upload' AND status = 'queued'
    ORDER BY "createdAt", id FOR UPDATE`;
  for (const task of waiting) {
    const unitId = await enqueueTask(tx, task);
    await tx.task.update({
      where: { id: task.id },
      data: { waitingFor: null, unitId, queuedAt: new Date() },
    });
    await recordTaskEvent(tx, task.id, "upload_completed", { sizeBytes });
    await notify(tx, task.projectId, { type: "changed", taskId: showId("task", task.id) });
  }
}
