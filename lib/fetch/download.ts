import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { FailureError } from "#lib/errors.ts";
import type { AddressPolicy, Resolve } from "#lib/fetch/address-guard.ts";
import { mimeOf, PaceMeter, refuseHtml } from "#lib/fetch/body-checks.ts";
import { failureOfError, failureOfStatus, isResumable } from "#lib/fetch/fetch-failure.ts";
import { guardedFetch, type GuardedResponse } from "#lib/fetch/guarded-fetch.ts";
import { LocalWriteError, writePiece } from "#lib/fetch/write-piece.ts";
import { formatBytes } from "#lib/media/format-measure.ts";

export type DownloadLimits = {
  maxBytes: number;
  /** Slowest average over `paceWindowMs` that is still waited for. */
  minBytesPerSecond: number;
  paceWindowMs: number;
  /** Longest pause between two pieces. */
  stallMs: number;
  connectTimeoutMs: number;
  /** For the whole download, resumptions included. */
  totalMs: number;
  /** Interruptions in a row, without a byte gained, that are tolerated. */
  idleRetries: number;
};

const HOUR_MS = 3_600_000;

/** Limits of a task's source. */
export const DOWNLOAD_LIMITS: Omit<DownloadLimits, "maxBytes"> = {
  minBytesPerSecond: 2_000,
  paceWindowMs: 30_000,
  stallMs: 20_000,
  connectTimeoutMs: 10_000,
  totalMs: 12 * HOUR_MS,
  idleRetries: 3,
};

export type DownloadOptions = {
  policy: AddressPolicy;
  limits: DownloadLimits;
  signal?: AbortSignal | undefined;
  /** Told at most twice a second; `totalBytes` null while unknown. */
  onProgress?: ((receivedBytes: number, totalBytes: number | null) => void) | undefined;
  resolve?: Resolve | undefined;
};

export type Downloaded = { sizeBytes: number; mime: string };

type Transfer = { received: number; total: number | null; validator: string | null; mime: string };

/**
 * Fetches a source into a new file, whole: what the server announced is what is there. An interrupted transfer goes on by
 * Range with If-Range (and starts again when the server cannot, or the file has changed).
 * @throws {FailureError} INPUT_* ; the signal's reason when aborted.
 */
export async function download(address: string, file: string, options: DownloadOptions): Promise<Downloaded> {
  const { limits } = options;
  const deadline = AbortSignal.timeout(limits.totalMs);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]);
  const started = performance.now();
  const handle = await open(file, "wx", 0o600);
  const state: Transfer = { received: 0, total: null, validator: null, mime: "" };
  try {
    for (let idle = 0; ;) {
      const before = state.received;
      try {
        await transfer(address, handle, state, { ...options, signal });
        break;
      } catch (error) {
        options.signal?.throwIfAborted();
        if (deadline.aborted) throw tooSlow(new URL(address), (performance.now() - started) / 1000, state);
        if (!isResumable(error)) throw error;
        idle = state.received > before ? 1 : idle + 1;
        if (idle > limits.idleRetries) throw givenUp(error, state);
        await sleep(250 * 2 ** idle, undefined, { signal });
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (state.received === 0) {
    throw new FailureError(
      "INPUT_NOT_MEDIA",
      { mime: state.mime, detail: "empty" },
      { evidence: ["the file is empty"] },
    );
  }
  return { sizeBytes: state.received, mime: state.mime };
}

async function transfer(
  address: string,
  file: FileHandle,
  state: Transfer,
  options: DownloadOptions,
): Promise<void> {
  const { limits } = options;
  const headers: Record<string, string> = {};
  if (state.received > 0) {
    headers["range"] = `bytes=${state.received}-`;
    if (state.validator !== null) headers["if-range"] = state.validator;
  }
  const response = await guardedFetch(address, {
    policy: options.policy,
    headers,
    signal: options.signal,
    connectTimeoutMs: limits.connectTimeoutMs,
    headersTimeoutMs: limits.stallMs,
    bodyTimeoutMs: limits.stallMs,
    resolve: options.resolve,
  });
  try {
    await beginOrResume(response, file, state);
    if (state.total !== null && state.total > limits.maxBytes) throw tooLarge(state.total, limits.maxBytes);
    await receive(response, file, state, options);
  } finally {
    await response.close();
  }
}

/** Brings `state` in line with what the server is about to send. */
async function beginOrResume(response: GuardedResponse, file: FileHandle, state: Transfer): Promise<void> {
  if (response.status === 416 && state.total !== null && state.received === state.total) return;
  if (response.status === 416) {
    await restart(file, state);
    throw changed(response);
  }
  if (response.status !== 200 && response.status !== 206)
    throw failureOfStatus(response.url, response.status);
  const etag = response.header("etag");
  const validator = etag !== null && !etag.startsWith("W/") ? etag : response.header("last-modified");
  const length = lengthOf(response.header("content-length"));
  if (response.status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.header("content-range") ?? "");
    const total = range?.[2] === undefined || range[2] === "*" ? null : Number(range[2]);
    if (
      range === null ||
      Number(range[1]) !== state.received ||
      (state.total !== null && total !== state.total)
    ) {
      await restart(file, state);
      throw changed(response);
    }
    state.total ??= total;
  } else {
    await restart(file, state);
    state.total = length;
  }
  state.validator = validator;
  state.mime = mimeOf(response.header("content-type"));
}

async function receive(
  response: GuardedResponse,
  file: FileHandle,
  state: Transfer,
  options: DownloadOptions,
): Promise<void> {
  const { limits } = options;
  const pace = new PaceMeter(limits.minBytesPerSecond, limits.paceWindowMs);
  const started = performance.now();
  let toldAt = 0;
  try {
    for await (const piece of response.body as AsyncIterable<Buffer>) {
      if (state.received === 0) refuseHtml(piece, state.mime);
      if (state.received + piece.length > limits.maxBytes)
        throw tooLarge(state.total ?? state.received, limits.maxBytes);
      await writePiece(file, piece, piece.length, state.received);
      state.received += piece.length;
      if (!pace.add(piece.length)) throw tooSlow(response.url, (performance.now() - started) / 1000, state);
      if (performance.now() - toldAt > 500) {
        toldAt = performance.now();
        options.onProgress?.(state.received, state.total);
      }
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof LocalWriteError) throw error.cause;
    throw failureOfError(response.url, error, (performance.now() - started) / 1000);
  }
  if (state.total !== null && state.received < state.total) {
    throw failureOfError(
      response.url,
      new Error("the connection ended early"),
      (performance.now() - started) / 1000,
    );
  }
  options.onProgress?.(state.received, state.total);
}

async function restart(file: FileHandle, state: Transfer): Promise<void> {
  await file.truncate(0);
  state.received = 0;
  state.total = null;
  state.validator = null;
}

function changed(response: GuardedResponse): FailureError {
  return failureOfError(response.url, new Error("the file changed while it was fetched"), 0);
}

/** After the last retry: a file of which a part never came is truncated, not unreachable. */
function givenUp(error: unknown, state: Transfer): unknown {
  if (state.total === null) return error;
  const evidence = error instanceof FailureError ? error.failure.evidence : [];
  return new FailureError(
    "INPUT_TRUNCATED",
    { got: formatBytes(state.received), expected: formatBytes(state.total) },
    { evidence, retryable: true, cause: error },
  );
}

function tooLarge(size: number, limit: number): FailureError {
  return new FailureError(
    "INPUT_TOO_LARGE",
    { size: formatBytes(Math.max(size, limit + 1)), limit: formatBytes(limit) },
    { evidence: [`at least ${size} bytes; the limit is ${limit}`] },
  );
}

function tooSlow(url: URL, seconds: number, state: Transfer): FailureError {
  return new FailureError(
    "INPUT_UNREACHABLE",
    { host: url.host, seconds: Math.round(seconds) },
    { evidence: [`too slow: ${formatBytes(state.received)} in ${Math.round(seconds)} s`] },
  );
}

function lengthOf(header: string | null): number | null {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : null;
}
