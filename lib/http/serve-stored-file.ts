import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

import { getEnv } from "#lib/env.ts";
import { AppError, FailureError } from "#lib/errors.ts";
import type { PublishedFile } from "#lib/files/find-published-file.ts";
import { type ByteRange, namesTag, readRange } from "#lib/http/byte-range.ts";
import { sendError } from "#lib/http/send-json.ts";
import { logger } from "#lib/log.ts";
import { openS3Store } from "#lib/storage/open-s3-store.ts";
import type { S3Store } from "#lib/storage/s3-store.ts";
import { StoreMissingError } from "#lib/storage/store.ts";

/** A player waits, and asks again by itself. */
const PATIENCE_MS = 2_000;
const RETRY_SECONDS = 5;

/**
 * Answers with a file of a bucket: whole or one range, streamed as fast as the client reads. When the client goes, the
 * request to the bucket ends. `response` has its headers, the ETag among them; `gone` answers that there is no such file,
 * which an object of another size than the manifest's counts as.
 */
export async function serveStoredFile(
  request: IncomingMessage,
  response: ServerResponse,
  found: PublishedFile,
  gone: () => void,
): Promise<void> {
  const { file } = found;
  if (isAnsweredByTag(request, response, `"${file.sha256}"`)) return;
  response.setHeader("Accept-Ranges", "bytes");
  const ifRange = request.headers["if-range"];
  const isRangeWanted = typeof ifRange !== "string" || ifRange === `"${file.sha256}"`;
  const range = isRangeWanted ? readRange(request.headers.range, file.sizeBytes) : null;
  if (range === "unsatisfiable") {
    response.writeHead(416, { "Content-Range": `bytes */${file.sizeBytes}` }).end();
    return;
  }
  const left = new AbortController();
  const onClose = () => left.abort();
  response.once("close", onClose);
  try {
    await sendFile(request, response, { found, range, gone, signal: left.signal });
  } catch (error) {
    // Whoever asked is gone: nobody is there to be told.
    if (left.signal.aborted) response.destroy();
    else if (error instanceof StoreMissingError && !response.headersSent) gone();
    else tellTrouble(response, found, error);
  } finally {
    response.off("close", onClose);
  }
}

async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  of: { found: PublishedFile; range: ByteRange | null; gone: () => void; signal: AbortSignal },
): Promise<void> {
  const { file, output } = of.found;
  const store: S3Store = openS3Store(output, getEnv(), { patienceMs: PATIENCE_MS });
  if (request.method === "HEAD") {
    const object = await store.head(file.path);
    if (object?.sizeBytes !== file.sizeBytes) of.gone();
    else writeHead(response, file.sizeBytes, of.range).end();
    return;
  }
  const { body, sizeBytes } = await store.open(file.path, of.range ?? undefined, { signal: of.signal });
  if (sizeBytes !== file.sizeBytes) {
    body.destroy();
    of.gone();
    return;
  }
  writeHead(response, sizeBytes, of.range);
  await pipeline(body, response);
}

function writeHead(response: ServerResponse, size: number, range: ByteRange | null): ServerResponse {
  if (range === null) return response.writeHead(200, { "Content-Length": size });
  return response.writeHead(206, {
    "Content-Length": range.end - range.start + 1,
    "Content-Range": `bytes ${range.start}-${range.end}/${size}`,
  });
}

function isAnsweredByTag({ headers }: IncomingMessage, response: ServerResponse, etag: string): boolean {
  const match = headers["if-match"];
  const noneMatch = headers["if-none-match"];
  if (match !== undefined && !namesTag(match, etag)) response.writeHead(412).end();
  else if (noneMatch !== undefined && namesTag(noneMatch, etag)) {
    response.removeHeader("Content-Type");
    response.writeHead(304).end();
  } else return false;
  return true;
}

function tellTrouble(response: ServerResponse, { file, output }: PublishedFile, error: unknown): void {
  const isStorage = error instanceof FailureError || error instanceof AppError;
  const said = error instanceof FailureError ? error.failure.evidence[0] : undefined;
  logger("files").warn(
    { err: isStorage ? undefined : error, said, outputId: output.id, path: file.path },
    "a published file could not be read from its Output",
  );
  if (response.headersSent) {
    response.destroy();
    return;
  }
  forgetFileHeaders(response);
  sendError(
    response,
    new AppError("unavailable", "The storage of this file does not answer as it should. Try again later.", {
      retryAfterSeconds: RETRY_SECONDS,
    }),
  );
}

/** An answer that a file is not there, or not now, must not be kept as long as a file. */
export function forgetFileHeaders(response: ServerResponse): void {
  for (const name of ["ETag", "Cache-Control", "Content-Disposition", "Accept-Ranges"])
    response.removeHeader(name);
}
