import { type FileHandle, open } from "node:fs/promises";

import { FailureError } from "#lib/errors.ts";
import { mimeOf, refuseHtml } from "#lib/fetch/body-checks.ts";
import type { AddressPolicy, Resolve } from "#lib/fetch/address-guard.ts";
import { failureOfError, failureOfStatus } from "#lib/fetch/fetch-failure.ts";
import { guardedFetch, type GuardedResponse } from "#lib/fetch/guarded-fetch.ts";
import { LocalWriteError, writePiece } from "#lib/fetch/write-piece.ts";

const MIB = 1024 ** 2;
/** Of each end; an index (moov, cues) nearly always lies in one of them. */
const END_BYTES = 8 * MIB;
/** From a server without Range. */
const START_BYTES = 64 * MIB;
const MAX_FILE_BYTES = 2 ** 43;

export type PartialFetchOptions = {
  policy: AddressPolicy;
  signal?: AbortSignal | undefined;
  resolve?: Resolve | undefined;
};

export type PartialFetched = {
  /** Of the whole source; null when the server does not say. */
  totalBytes: number | null;
  /** Whether `file` has everything. */
  isWhole: boolean;
};

/**
 * Fetches as much of a source as a look at it needs: its first and last 8 MiB into a sparse file of full length, or,
 * from a server without Range, its first 64 MiB.
 * @throws {FailureError} INPUT_*; the signal's reason when aborted.
 */
export async function partialFetch(
  address: string,
  file: string,
  options: PartialFetchOptions,
): Promise<PartialFetched> {
  const handle = await open(file, "wx", 0o600);
  try {
    const head = await get(address, options, `bytes=0-${END_BYTES - 1}`);
    let totalBytes: number | null;
    let received: number;
    let validator: string | null;
    try {
      const range = /^bytes 0-\d+\/(\d+)$/.exec(head.header("content-range") ?? "");
      const length = Number(head.header("content-length") ?? Number.NaN);
      totalBytes = head.status === 206 ? Number(range?.[1] ?? Number.NaN) : length;
      if (!Number.isSafeInteger(totalBytes) || totalBytes > MAX_FILE_BYTES) totalBytes = null;
      const etag = head.header("etag");
      validator = etag !== null && !etag.startsWith("W/") ? etag : head.header("last-modified");
      received = await write(head, handle, 0, head.status === 206 ? END_BYTES : START_BYTES, options);
    } finally {
      await head.close();
    }
    if (received === 0) {
      const mime = mimeOf(head.header("content-type"));
      throw new FailureError(
        "INPUT_NOT_MEDIA",
        { mime, detail: "empty" },
        { evidence: ["the file is empty"] },
      );
    }
    const isWhole = totalBytes === null ? received < START_BYTES : received >= totalBytes;
    if (isWhole || totalBytes === null) return { totalBytes: totalBytes ?? received, isWhole };
    await handle.truncate(totalBytes);
    if (head.status === 206) await fetchTail(address, handle, received, totalBytes, validator, options);
    return { totalBytes, isWhole: false };
  } finally {
    await handle.close();
  }
}

async function fetchTail(
  address: string,
  file: FileHandle,
  received: number,
  totalBytes: number,
  validator: string | null,
  options: PartialFetchOptions,
): Promise<void> {
  const from = Math.max(received, totalBytes - END_BYTES);
  const tail = await get(address, options, `bytes=${from}-${totalBytes - 1}`, validator);
  try {
    // 200 means that the file has changed in between; a look at its head is then all that there is.
    if (tail.status === 206) await write(tail, file, from, totalBytes - from, options);
  } finally {
    await tail.close();
  }
}

async function get(
  address: string,
  options: PartialFetchOptions,
  range: string,
  validator: string | null = null,
): Promise<GuardedResponse> {
  const response = await guardedFetch(address, {
    policy: options.policy,
    headers: { range, ...(validator === null ? {} : { "if-range": validator }) },
    signal: options.signal,
    connectTimeoutMs: 8_000,
    headersTimeoutMs: 8_000,
    bodyTimeoutMs: 8_000,
    resolve: options.resolve,
  });
  // An empty file has no satisfiable range.
  if (response.status === 416) {
    await response.close();
    throw new FailureError(
      "INPUT_NOT_MEDIA",
      { mime: mimeOf(response.header("content-type")), detail: "empty" },
      { evidence: ["the server has no byte of this file (416)"] },
    );
  }
  if (response.status !== 200 && response.status !== 206) {
    await response.close();
    throw failureOfStatus(response.url, response.status);
  }
  return response;
}

/** Writes at most `limit` bytes at `offset`; returns how many. */
async function write(
  response: GuardedResponse,
  file: FileHandle,
  offset: number,
  limit: number,
  options: PartialFetchOptions,
): Promise<number> {
  const mime = mimeOf(response.header("content-type"));
  const started = performance.now();
  let written = 0;
  try {
    for await (const piece of response.body as AsyncIterable<Buffer>) {
      if (offset + written === 0) refuseHtml(piece, mime);
      const length = Math.min(piece.length, limit - written);
      await writePiece(file, piece, length, offset + written);
      written += length;
      if (written >= limit) break;
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof LocalWriteError) throw error.cause;
    throw failureOfError(response.url, error, (performance.now() - started) / 1000);
  }
  return written;
}
