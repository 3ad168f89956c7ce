import { mkdir, statfs } from "node:fs/promises";

import { FailureError } from "#lib/errors.ts";
import { formatBytes } from "#lib/media/format-measure.ts";

const MIB = 1024 ** 2;
/** Below this no worker takes another task; it goes on above twice as much. */
export const LOW_WATER_BYTES = 512 * MIB;
/** Work files of one task, as a multiple of its source: rungs, packaging, the rewrite of a faststart file. */
const WORK_FACTOR = 2;
const RESERVE_BYTES = 256 * MIB;

/** Bytes that this process may still write to the file system of `folder`, which is made. */
export async function freeBytes(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** @throws FailureError WORKER_DISK_FULL (which waits, and never fails a job) when a task of this source may not fit. */
export async function assertSpace(folder: string, sourceBytes: number, worker: string): Promise<void> {
  const need = sourceBytes * WORK_FACTOR + RESERVE_BYTES;
  const free = await freeBytes(folder);
  if (free >= need) return;
  throw new FailureError(
    "WORKER_DISK_FULL",
    { worker, need: formatBytes(need), free: formatBytes(free) },
    { retryable: true },
  );
}
