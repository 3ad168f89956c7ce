import { db } from "#lib/db/client.ts";
import { logger } from "#lib/log.ts";
import { finishUpload } from "#lib/uploads/finish-upload.ts";
import type { UploadFiles } from "#lib/uploads/upload-files.ts";

const BATCH = 500;

export type Settled = { completed: number; corrected: number };

/**
 * Brings the rows of unfinished uploads to what is stored, after a process that received them died at any moment: one
 * that has all its bytes is completed, another gets its true offset. Any number may run at once, and beside uploads that
 * go on.
 */
export async function settleUploads(files: UploadFiles): Promise<Settled> {
  const settled: Settled = { completed: 0, corrected: 0 };
  let after: string | undefined;
  for (;;) {
    const rows = await db().upload.findMany({
      where: { state: "uploading", ...(after === undefined ? {} : { id: { gt: after } }) },
      orderBy: { id: "asc" },
      take: BATCH,
      select: { id: true, sizeBytes: true, offsetBytes: true },
    });
    for (const row of rows) {
      try {
        const outcome = await settleOne(files, row);
        if (outcome !== null) settled[outcome] += 1;
      } catch (error) {
        // One file that cannot be read must not keep the others from being completed; the next sweep tries again.
        logger("uploads").error({ err: error, uploadId: row.id }, "an upload could not be settled");
      }
    }
    after = rows.at(-1)?.id;
    if (after === undefined || rows.length < BATCH) return settled;
  }
}

type Row = { id: string; sizeBytes: bigint; offsetBytes: bigint };

async function settleOne(files: UploadFiles, row: Row): Promise<keyof Settled | null> {
  const stored = await files.findSize(row.id);
  // Not made yet, or the folder is not there today: no reason to give an upload up before its time.
  if (stored === null) return null;
  if (BigInt(stored) === row.sizeBytes) {
    await finishUpload(files, row.id);
    return "completed";
  }
  if (BigInt(stored) === row.offsetBytes) return null;
  // Only where nobody has written a newer one. Its expiry stays: no byte has arrived now.
  const { count } = await db().upload.updateMany({
    where: { id: row.id, state: "uploading", offsetBytes: row.offsetBytes },
    data: { offsetBytes: BigInt(stored) },
  });
  return count === 1 ? "corrected" : null;
}
