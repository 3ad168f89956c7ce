import { mkdir, readdir, stat, statfs } from "node:fs/promises";
import path from "node:path";

import { type Failure, FailureError } from "#lib/errors.ts";
import { formatBytes } from "#lib/media/format-measure.ts";
import type { Store } from "#lib/storage/store.ts";
import type { Attempt } from "#lib/worker/attempt.ts";

const MIB = 1024 ** 2;
/** Below this no worker takes another task; it goes on above twice as much. */
export const LOW_WATER_BYTES = 512 * MIB;
/** Work files of one task, as a multiple of its source: rungs, packaging, the rewrite of a faststart file. */
const WORK_FACTOR = 2;
const RESERVE_BYTES = 256 * MIB;
/**
 * What is published, as a share of the source, before anything is known: low, since a guess that is too high could keep a
 * task waiting for ever. One that is too low costs an encode, which then knows.
 */
const OUTPUT_SHARE = 1 / 4;
const LEAST_OUTPUT_BYTES = MIB;

/** Bytes that this process may still write to the file system of `folder`, which is made. */
export async function freeBytes(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** What a task of a source of this size may need in the work folder. */
export const workBytes = (sourceBytes: number): number => sourceBytes * WORK_FACTOR + RESERVE_BYTES;

/** The work disk of one worker, as far as its running attempts have not filled yet what they will need. */
export class WorkDisk {
  /** By an attempt's folder: how large it may grow. */
  readonly #sizes = new Map<string, number>();
  /** One looks after the other, so that no two see the same space free. */
  #looking: Promise<unknown> = Promise.resolve();

  /**
   * Reserves what a task of a source of this size may still write to its folder, in place of what it had reserved.
   * @throws FailureError WORKER_DISK_FULL (which waits, and never fails a job) when it may not fit
   */
  reserve(folder: string, sourceBytes: number, worker: string): Promise<void> {
    const looked = this.#looking.then(() => this.#reserve(folder, sourceBytes, worker));
    this.#looking = looked.catch(() => undefined);
    return looked;
  }

  /** After the looks that are under way, so that none of them comes back to what has ended. */
  release(folder: string): void {
    this.#looking = this.#looking.then(() => this.#sizes.delete(folder));
  }

  async #reserve(folder: string, sourceBytes: number, worker: string): Promise<void> {
    const need = workBytes(sourceBytes);
    const free = Math.max(0, (await freeBytes(folder)) - (await this.#promisedBytes(folder)));
    if (free < need) throw diskFull(worker, need, free);
    this.#sizes.set(folder, (await folderBytes(folder)) + need);
  }

  async #promisedBytes(except: string): Promise<number> {
    let promised = 0;
    for (const [folder, size] of this.#sizes) {
      if (folder !== except) promised += Math.max(0, size - (await folderBytes(folder)));
    }
    return promised;
  }
}

/**
 * Looks, before the encode, whether the Output can take the results: what an earlier run measured, or a guess.
 * @throws FailureError WORKER_DISK_FULL with the Output's name
 */
export async function assertOutputSpace(
  store: Store,
  { task, outputBytes }: Attempt,
  sourceBytes: number,
): Promise<void> {
  const free = await store.freeBytes?.();
  if (free === undefined) return;
  const need = outputBytes ?? Math.max(LEAST_OUTPUT_BYTES, sourceBytes * OUTPUT_SHARE);
  if (free < need) throw diskFull(task.output.name, need, free);
}

/** `place`: the worker, or the Output. */
export function diskFull(place: string, needBytes: number, free: number, found?: Failure): FailureError {
  return new FailureError(
    "WORKER_DISK_FULL",
    { worker: place, need: formatBytes(needBytes), free: formatBytes(free) },
    { retryable: true, evidence: found?.evidence ?? [] },
  );
}

/** A full disk as its finder described it, with how much is needed and how much is free, unless both are there already. */
export async function withFigures(
  failure: Failure,
  { place, folder, needBytes }: { place: string; folder: string; needBytes: number },
): Promise<Failure> {
  if (failure.code !== "WORKER_DISK_FULL" || failure.params["need"] !== undefined) return failure;
  return diskFull(place, needBytes, await freeBytes(folder), failure).failure;
}

/** Bytes in the files below a folder; files and folders that vanish meanwhile count nothing. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(ifGone([]));
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(
      async (entry) => (await stat(path.join(entry.parentPath, entry.name)).catch(ifGone({ size: 0 }))).size,
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

const ifGone =
  <T>(value: T) =>
  (error: unknown): T => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return value;
    throw error;
  };
