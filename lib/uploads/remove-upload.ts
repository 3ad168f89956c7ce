import { db, type Tx } from "#lib/db/client.ts";
import { showId } from "#lib/ids.ts";
import { notify } from "#lib/queue/notify.ts";
import { recordTaskEvent } from "#lib/tasks/events.ts";
import { recordSettlement } from "#lib/webhooks/record-settlement.ts";

type OpenUpload = { id: string; name: string; sizeBytes: bigint; offsetBytes: bigint; state: string };

/**
 * Gives an upload (UUID) up: it takes no more bytes, and tasks that wait for it fail as UPLOAD_ABANDONED. With
 * `onlyIfExpired`, only when it has stood still for too long. True when its stored file may now be deleted, which is the
 * caller's part.
 */
export async function removeUpload(
  uploadId: string,
  { onlyIfExpired = false }: { onlyIfExpired?: boolean } = {},
): Promise<boolean> {
  return db().$transaction(async (tx) => {
    const [upload] = await tx.$queryRaw<(OpenUpload & { isExpired: boolean })[]>`
      SELECT id, name, "sizeBytes", "offsetBytes", state::text AS state, "expiresAt" <= now() AS "isExpired"
      FROM "Upload" WHERE id = ${uploadId}::uuid FOR UPDATE`;
    if (upload === undefined || upload.state === "removed") return true;
    if (onlyIfExpired && (upload.state !== "uploading" || !upload.isExpired)) return false;
    // A complete one may be the source of a task that has yet to read it.
    if (upload.state === "complete" && (await isInUse(tx, uploadId))) return false;
    await tx.upload.update({ where: { id: uploadId }, data: { state: "removed" } });
    await failWaiting(tx, upload);
    return true;
  });
}

async function isInUse(tx: Tx, uploadId: string): Promise<boolean> {
  const found = await tx.task.findFirst({
    where: { uploadId, status: { in: ["queued", "running"] } },
    select: { id: true },
  });
  return found !== null;
}

async function failWaiting(tx: Tx, upload: OpenUpload): Promise<void> {
  const waiting = await tx.$queryRaw<{ id: string; projectId: string }[]>`
    SELECT id, "projectId" FROM "Task"
    WHERE "uploadId" = ${upload.id}::uuid AND "waitingFor" = 'upload' AND status = 'queued' FOR UPDATE`;
  const percent = upload.sizeBytes === 0n ? 0 : Number((upload.offsetBytes * 100n) / upload.sizeBytes);
  const failure = { errorCode: "UPLOAD_ABANDONED", errorParams: { name: upload.name, percent } };
  const finishedAt = new Date();
  for (const { id, projectId } of waiting) {
    await tx.task.update({
      where: { id },
      data: { status: "failed", waitingFor: null, finishedAt, ...failure },
    });
    await tx.job.updateMany({
      where: { taskId: id, status: "queued" },
      data: { status: "failed", finishedAt, ...failure },
    });
    await recordTaskEvent(tx, id, "failed", { code: failure.errorCode });
    await recordSettlement(tx, { id, projectId }, "failed", failure.errorCode);
    await notify(tx, projectId, { type: "changed", taskId: showId("task", id) });
  }
}
