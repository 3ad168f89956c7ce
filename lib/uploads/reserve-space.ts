import type { Tx } from "#lib/db/client.ts";
import { getEnv, uploadsDir } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { formatBytes } from "#lib/format.ts";
import { UploadFiles } from "#lib/uploads/upload-files.ts";

/**
 * Uploads leave this much of the disk free. Workers take no task below 512 MiB and go on above twice as much
 * (lib/worker/disk-space.ts), so uploads alone never stop them.
 */
export const UPLOAD_LOW_WATER_BYTES = 1024 ** 3;
/** Any number that nothing else locks: creations are counted one at a time, over all projects and web processes. */
const SPACE_LOCK = 7_203_114;

/** The disk has no room for a file: 507 over HTTP (RFC 4918), where the other reasons to wait are 503. */
export class NoSpaceError extends AppError {
  constructor(message: string) {
    super("unavailable", message, { retryAfterSeconds: 300 });
  }
}

/**
 * Makes sure that a file of `sizeBytes` has room beside everything that was promised before: in the project's quota
 * (UPLOAD_QUOTA_BYTES; uploads that are unfinished or kept count whole), and on the disk (what unfinished uploads still
 * have to write, and the low-water mark). Until the transaction ends no other creation is counted, so its row must be
 * inserted in the same one.
 * @throws {AppError} `too_large` over the quota; {@link NoSpaceError} when the disk is too full
 */
export async function reserveSpace(tx: Tx, projectId: string, sizeBytes: number): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(${SPACE_LOCK})::text`;
  await checkQuota(tx, projectId, sizeBytes);
  const rows = await tx.$queryRaw<{ bytes: bigint }[]>`
    SELECT coalesce(sum("sizeBytes" - "offsetBytes"), 0)::bigint AS bytes FROM "Upload" WHERE state = 'uploading'`;
  // Read after the sum: what arrives in between makes less free, never more.
  const free = await new UploadFiles(uploadsDir(getEnv())).freeBytes();
  const promised = Number(rows[0]?.bytes ?? 0n);
  const left = Math.max(0, free - promised - UPLOAD_LOW_WATER_BYTES);
  if (sizeBytes <= left) return;
  throw new NoSpaceError(
    `The server's disk has no room for this file: it needs ${words(sizeBytes)}, and ${words(left)} can be taken ` +
      `(${words(free)} free, of which ${words(promised)} are promised to unfinished uploads and ` +
      `${words(UPLOAD_LOW_WATER_BYTES)} stay free). Make room on the disk of DATA_DIR, or try again later.`,
  );
}

async function checkQuota(tx: Tx, projectId: string, sizeBytes: number): Promise<void> {
  const quota = getEnv().uploadQuotaBytes;
  if (quota === undefined) return;
  const held = await tx.upload.aggregate({
    where: { projectId, state: { in: ["uploading", "complete"] } },
    _sum: { sizeBytes: true },
  });
  const used = Number(held._sum.sizeBytes ?? 0n);
  if (used + sizeBytes <= quota) return;
  throw new AppError(
    "too_large",
    `This project may keep ${words(quota)} of uploads. ${words(used)} are kept or on their way, so this file with ` +
      `${words(sizeBytes)} does not fit. Remove uploads that no task needs, or ask for a higher UPLOAD_QUOTA_BYTES.`,
  );
}

function words(bytes: number): string {
  return formatBytes(bytes, "en");
}
