import { realpath, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import send from "send";

import { AppError } from "#lib/errors.ts";
import { verifyFileToken } from "#lib/files/file-links.ts";
import { findPublishedFile, type PublishedFile } from "#lib/files/find-published-file.ts";
import { DATA_POLICY } from "#lib/http/security-headers.ts";
import { sendError } from "#lib/http/send-json.ts";
import { forgetFileHeaders, serveStoredFile } from "#lib/http/serve-stored-file.ts";

const METHODS = "GET, HEAD, OPTIONS";

/**
 * `/files/<token>/<path inside the Output>`: one published file, with Range, HEAD, conditional requests (the ETag is
 * the SHA-256 of the manifest), the content type of the manifest, and CORS for players on other sites. `urlPath` is
 * still percent-encoded.
 */
export async function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  urlPath: string,
): Promise<void> {
  allowEveryOrigin(response);
  if (request.method === "OPTIONS") {
    response.writeHead(204, { "Access-Control-Max-Age": "86400", Allow: METHODS }).end();
    return;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", METHODS);
    sendError(response, new AppError("invalid_input", "Published files are only read."), 405);
    return;
  }
  const [, , token = "", ...segments] = urlPath.split("/");
  const grant = verifyFileToken(token);
  const found = grant && (await findPublishedFile(grant.jobId, segments.map(decodeURIComponent).join("/")));
  if (!grant || !found) {
    sendError(response, goneError());
    return;
  }
  wholeSuffix(request, found.file.sizeBytes);
  if (found.output.type === "s3") {
    setFileHeaders(response, found, grant);
    await serveStoredFile(request, response, found, () => {
      forgetFileHeaders(response);
      sendError(response, goneError());
    });
    return;
  }
  const place = await placeOf(found);
  if (place === null) {
    sendError(response, goneError());
    return;
  }
  setFileHeaders(response, found, grant);
  await sendLocalFile(request, response, place);
}

async function sendLocalFile(
  request: IncomingMessage,
  response: ServerResponse,
  place: string,
): Promise<void> {
  await new Promise<void>((resolve) => {
    // `send` takes an encoded path: a name with a percent sign would otherwise be another name.
    const stream = send(request, encodeURIComponent(path.basename(place)), {
      root: path.dirname(place),
      dotfiles: "allow",
      index: false,
      cacheControl: false,
      lastModified: true,
    });
    stream.on("error", (error: Error & { status?: number; headers?: Record<string, string> }) => {
      if (response.headersSent) response.destroy(error);
      else if (error.status === 416) response.writeHead(416, error.headers).end();
      else if (error.status === 412) response.writeHead(412).end();
      else sendError(response, goneError());
    });
    response.once("close", resolve);
    stream.pipe(response);
  });
}

/** RFC 9110, 14.1.3: the last N bytes of a file that is shorter are all of it. `send` would answer 416. */
function wholeSuffix({ headers }: IncomingMessage, sizeBytes: number): void {
  const length = /^bytes=-(\d+)$/.exec(headers.range?.trim() ?? "")?.[1];
  if (length !== undefined && sizeBytes > 0 && Number(length) > sizeBytes) headers.range = "bytes=0-";
}

/**
 * The file's real place, or null when it is not there, is not as long as the manifest says (another task has written
 * over it since) or lies outside of its Output by way of a symbolic link.
 */
async function placeOf({ file, output }: PublishedFile): Promise<string | null> {
  if (output.folder === null) return null;
  const root = path.join(output.folder, output.prefix);
  try {
    const [realRoot, place] = await Promise.all([realpath(root), realpath(path.join(root, file.path))]);
    if (!place.startsWith(realRoot + path.sep)) return null;
    const found = await stat(place);
    return found.isFile() && found.size === file.sizeBytes ? place : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return null;
    throw error;
  }
}

function setFileHeaders(
  response: ServerResponse,
  { file, isPrimary }: PublishedFile,
  { isDownload, expiresAt }: { isDownload: boolean; expiresAt: Date },
): void {
  response.setHeader("Content-Type", file.type);
  response.setHeader("ETag", `"${file.sha256}"`);
  // The primary keeps its name when a task runs again; everything else lies in a folder of its attempt alone.
  const seconds = Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1000));
  response.setHeader(
    "Cache-Control",
    isPrimary ? "private, no-cache" : `private, max-age=${seconds}, immutable`,
  );
  response.setHeader("Content-Security-Policy", DATA_POLICY);
  response.setHeader("Referrer-Policy", "no-referrer");
  response.setHeader("Content-Disposition", disposition(path.posix.basename(file.path), isDownload));
}

/** RFC 6266: an ASCII name for old clients, the real one beside it. */
function disposition(name: string, isDownload: boolean): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${isDownload ? "attachment" : "inline"}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

function allowEveryOrigin(response: ServerResponse): void {
  response.setHeader("Access-Control-Allow-Origin", "*");
  response.setHeader("Access-Control-Allow-Methods", METHODS);
  response.setHeader("Access-Control-Allow-Headers", "Range, If-Range, If-None-Match");
  response.setHeader("Access-Control-Expose-Headers", "Content-Length, Content-Range, Accept-Ranges, ETag");
  response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
}

function goneError(): AppError {
  return new AppError(
    "not_found",
    "There is no such file, or its link has expired. Ask the API for a new one.",
  );
}
