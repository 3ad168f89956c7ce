import type { Readable } from "node:stream";

/**
 * Where published files live: a local folder or a bucket. Paths are relative to the Output, with "/" between
 * segments and none at the ends; `assertStorePath` says which are accepted. Every implementation passes
 * store-contract.ts.
 *
 * Failures: `FailureError` OUTPUT_DENIED, OUTPUT_UNREACHABLE, WORKER_DISK_FULL.
 */
export type Store = {
  /** Bytes take their time to it, so that what can go before the rest should. */
  readonly isRemote: boolean;
  /** Writes a whole file, durably, replacing what is there. Readers see the old bytes or the new, never a part. */
  putFile(path: string, localFile: string, type: string, options?: TransferOptions): Promise<void>;
  /** Writes a small file from memory, under the same promise. */
  putBytes(path: string, bytes: Uint8Array, type: string): Promise<void>;
  /**
   * Brings a primary file close to its place (inside `attemptFolder`), so that replacing what is under `path` is one
   * short, atomic step. Nothing under `path` changes before `replace`.
   */
  stagePrimary(
    path: string,
    localFile: string,
    options: { attemptFolder: string; type: string } & TransferOptions,
  ): Promise<StagedPrimary>;
  /** Takes an earlier state of `path` back, kept by `replace` in `attemptFolder`; false when there was none. */
  restorePrimary(path: string, attemptFolder: string): Promise<boolean>;
  /** Bytes that may still be written; absent where nobody can tell. */
  freeBytes?(): Promise<number>;
  head(path: string): Promise<StoredObject | null>;
  /** `start` and `end` are byte offsets, both inclusive. @throws not found as `StoreMissingError` */
  read(path: string, range?: { start: number; end?: number }): Promise<Readable>;
  /** Every file below a folder ("" = all), names of temporary and journal files included. */
  list(folder: string): AsyncIterable<StoredObject>;
  /** Names of the folders directly inside a folder ("" = the Output itself). */
  listFolders(folder: string): Promise<string[]>;
  /** Removes one file, and folders that it leaves empty. Harmless when it is gone. */
  delete(path: string): Promise<void>;
  /** Removes everything below a folder, and the folder. Harmless when it is gone. */
  deleteFolder(folder: string): Promise<void>;
  /** Transfers that have begun and not ended: some still go on, others belong to a process that died. */
  transfers(): AsyncIterable<UnfinishedTransfer>;
};

/** Bytes on their way to `path` that the store keeps, and charges for, until they arrive or are aborted. */
export type UnfinishedTransfer = { path: string; startedAt: Date; abort: () => Promise<void> };

/** `signal` ends a transfer that may take long. */
export type TransferOptions = { signal?: AbortSignal | undefined };

/** `version`: another one when the file was written anew; nothing else can be read off it. */
export type StoredObject = { path: string; sizeBytes: number; modifiedAt: Date; version: string };

export type StagedPrimary = {
  /**
   * Puts the staged file under its name, in one step; keeps what was there for `restorePrimary`. `isStillMine` is asked
   * synchronously right before the step: false throws and changes nothing.
   */
  replace(isStillMine: () => boolean): Promise<void>;
  /** Forgets what was staged, after a failure. Harmless after a replacement. */
  discard(): Promise<void>;
};

export class StoreMissingError extends Error {
  constructor(path: string) {
    super(`no file ${path}`);
    this.name = "StoreMissingError";
  }
}

/** Names inside an attempt's folder that are the protocol's own and never a published file. */
export const STAGED_NAME = ".primary";
export const PREVIOUS_NAME = ".previous";

const MAX_PATH_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;

/** Throws unless `path` is relative, without `.` or `..`, control characters, backslashes or over-long names. */
export function assertStorePath(path: string): void {
  const problem = storePathProblem(path);
  if (problem !== null) throw new Error(`not a path inside an Output (${problem}): ${JSON.stringify(path)}`);
}

/** Whether `assertStorePath` would accept it. */
export function isStorePath(path: string): boolean {
  return storePathProblem(path) === null;
}

function storePathProblem(path: string): string | null {
  if (path === "") return "empty";
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return "too long";
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return "control character or backslash";
  for (const segment of path.split("/")) {
    if (segment === "") return "empty segment";
    if (segment === "." || segment === "..") return "dot segment";
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) return "name too long";
  }
  return null;
}
