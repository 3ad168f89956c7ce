import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { FileStore } from "@tus/file-store";
import { Upload as TusUpload } from "@tus/server";

import { requireRole, type Ctx } from "#lib/context.ts";
import type { Upload } from "#lib/db/generated/client.ts";
import { AppError } from "#lib/errors.ts";
import { authenticate } from "#lib/http/authenticate.ts";
import { CLIENT_ADDRESS_HEADER } from "#lib/http/client-address.ts";
import { HTTP_STATUS, toAppError } from "#lib/http/error-response.ts";
import { receiveBody } from "#lib/http/receive-body.ts";
import { sendError } from "#lib/http/send-json.ts";
import { sendUpload } from "#lib/http/send-upload.ts";
import { acceptsJson, TusServer } from "#lib/http/tus-server.ts";
import { UploadLocks } from "#lib/http/upload-locks.ts";
import { readId, showId } from "#lib/ids.ts";
import { logger } from "#lib/log.ts";
import { createUpload } from "#lib/uploads/create-upload.ts";
import { findOwnUpload } from "#lib/uploads/find-own-upload.ts";
import { finishUpload } from "#lib/uploads/finish-upload.ts";
import { recordOffset } from "#lib/uploads/record-offset.ts";
import { removeUpload } from "#lib/uploads/remove-upload.ts";
import { NoSpaceError } from "#lib/uploads/reserve-space.ts";
import type { UploadFiles } from "#lib/uploads/upload-files.ts";

export const TUS_PATH = "/api/v1/uploads/tus";

/** A file name and a type fit many times. */
const METADATA_LIMIT_BYTES = 4096;
/** How often an upload's progress is written down while bytes arrive. */
const PROGRESS_MS = 1_000;

/** A request that another one waits for gets this long to bring what is under way. */
const DRAIN_MS = 3_000;

/** One request while the library works on it. */
type Call = { ctx: Ctx; upload: Upload | null; isJson: boolean; refusal?: AppError };

export function isTusPath(urlPath: string): boolean {
  return urlPath === TUS_PATH || urlPath.startsWith(`${TUS_PATH}/`);
}

/**
 * tus 1.0 (creation, creation-with-upload, termination) over a folder, and GET for the one who sends. On disk an upload
 * is `<UUID>`, whose length is its offset; the row has the rest, so a process killed at any moment leaves nothing
 * half-said. On the wire its id is `upl_…`. Beside Next, because a route handler passes a body on at less than half the
 * speed. Role operator; an upload that somebody else began is a missing one.
 */
export class TusHandler {
  readonly #files: UploadFiles;
  readonly #log = logger("uploads");
  readonly #calls = new AsyncLocalStorage<Call>();
  readonly #locks = new UploadLocks();
  readonly #server: TusServer;
  #isStopping = false;

  constructor({ files, maxBytes }: { files: UploadFiles; maxBytes: number }) {
    this.#files = files;
    const store = new FileStore({
      directory: files.directory,
      configstore: {
        get: async (uuid) => this.#noteOf(uuid),
        // The row was written before the file.
        set: async () => undefined,
        delete: async () => undefined,
      },
    });
    this.#server = new TusServer(
      {
        path: TUS_PATH,
        datastore: store,
        locker: this.#locks,
        maxSize: maxBytes,
        relativeLocation: true,
        // No other site uploads here.
        allowedOrigins: [],
        postReceiveInterval: PROGRESS_MS,
        generateUrl: (_request, { path: base, id }) => `${base}/${showId("upload", id)}`,
        getFileIdFromRequest: (_request, last) => readId("upload", last ?? "") ?? undefined,
        namingFunction: (request, metadata) =>
          this.#create(request.headers.get("upload-length"), metadata ?? {}),
        onUploadFinish: async (_request, upload) => {
          await finishUpload(this.#files, upload.id);
          return {};
        },
        onResponseError: (_request, error) => this.#noteRefusal(error),
      },
      (libraryError) => {
        const call = this.#calls.getStore();
        return { error: call?.refusal ?? libraryError, isJson: call?.isJson ?? true };
      },
    );
    this.#server.on("POST_RECEIVE", (_stream: unknown, upload: { id: string; offset: number }) =>
      this.#record(upload.id, upload.offset),
    );
  }

  /** From now on creation answers 503; uploads that run go on until the process ends, and are resumed later. */
  refuseNewUploads(): void {
    this.#isStopping = true;
  }

  /** One request at or below TUS_PATH. */
  async handle(request: IncomingMessage, response: ServerResponse, urlPath: string): Promise<void> {
    try {
      await this.#handle(request, response, urlPath.slice(TUS_PATH.length + 1));
    } catch (thrown) {
      if (response.headersSent || response.destroyed) throw thrown;
      // The rest of a refused body is not worth waiting for.
      if (!request.complete) response.setHeader("Connection", "close");
      sendError(response, thrown);
    }
  }

  async #handle(request: IncomingMessage, response: ServerResponse, uploadId: string): Promise<void> {
    const method = request.method ?? "GET";
    response.setHeader("Cache-Control", "no-store");
    if (method === "OPTIONS") return this.#server.handle(request, response);
    const ctx = await authenticate(method, {
      authorization: request.headers.authorization ?? null,
      cookie: request.headers.cookie ?? null,
      origin: request.headers.origin ?? null,
      host: request.headers.host ?? null,
      secFetchSite: joined(request.headers["sec-fetch-site"]),
      address: joined(request.headers[CLIENT_ADDRESS_HEADER]) ?? "unknown",
    });
    requireRole(ctx, "operator");
    const call: Call = { ctx, upload: null, isJson: acceptsJson(request.headers.accept) };
    if (uploadId === "") this.#checkCreation(request);
    else {
      call.upload = await this.#open(ctx, uploadId);
      if (method === "DELETE") return this.#remove(call.upload.id, response);
      if (method === "GET") return sendUpload(request, response, this.#files.pathOf(call.upload.id));
    }
    if (method === "PATCH" && call.upload !== null) return this.#patch(call, call.upload, request, response);
    await this.#calls.run(call, () => this.#server.handle(request, response));
  }

  async #patch(
    call: Call,
    upload: Upload,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    try {
      if (await this.#receive(upload, request, response)) return;
      const answered = this.#calls.run(call, () => this.#server.handle(request, response));
      // An answer to a client that has left is never done.
      await Promise.race([answered, response.closed ? null : once(response, "close")]);
    } finally {
      if (!response.writableFinished) await this.#locks.untilFree(upload.id);
      await this.#settle(upload);
    }
  }

  /** Takes the body that nearly every client sends: of known length, from where the stored part ends. False: no such one. */
  async #receive(upload: Upload, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const body = plainBody(request);
    if (body === null || body.offset + body.length > Number(upload.sizeBytes)) return false;
    const [stopping, left] = [new AbortController(), new AbortController()];
    response.once("close", () => left.abort());
    const lock = this.#locks.newLock(upload.id);
    await lock.lock(left.signal, () => void setTimeout(() => stopping.abort(), DRAIN_MS).unref());
    try {
      if ((await this.#files.findSize(upload.id)) !== body.offset) return false;
      const file = this.#files.pathOf(upload.id);
      const onBytes = this.#progressOf(upload.id, body.offset);
      const place = { file, offset: body.offset, signal: stopping.signal, onBytes };
      if (!(await receiveBody(request, place))) {
        // Whoever has left hears nothing; who is still there is told why its body was not taken to the end.
        if (stopping.signal.aborted && !response.destroyed)
          throw new AppError("conflict", "Another request goes on with this upload. Ask where it stands.");
        return true;
      }
    } finally {
      await lock.unlock();
    }
    const stored = body.offset + body.length;
    if (BigInt(stored) === upload.sizeBytes) await finishUpload(this.#files, upload.id);
    response.writeHead(204, { "Tus-Resumable": "1.0.0", "Upload-Offset": String(stored) }).end();
    return true;
  }

  /** Writes an upload's progress down about once a second. */
  #progressOf(uploadId: string, offset: number): (count: number) => void {
    let stored = offset;
    let writtenAt = Date.now();
    return (count) => {
      stored += count;
      if (Date.now() - writtenAt < PROGRESS_MS) return;
      writtenAt = Date.now();
      this.#record(uploadId, stored);
    };
  }

  #record(uploadId: string, offset: number): void {
    recordOffset(uploadId, offset).catch((error: unknown) =>
      this.#log.warn({ err: error }, "an offset was not recorded"),
    );
  }

  #checkCreation(request: IncomingMessage): void {
    if (this.#isStopping)
      throw new AppError("unavailable", "The server is restarting. Try again in a moment.", {
        retryAfterSeconds: 5,
      });
    if (Buffer.byteLength(joined(request.headers["upload-metadata"]) ?? "") > METADATA_LIMIT_BYTES)
      throw new AppError("too_large", `Upload-Metadata may have ${METADATA_LIMIT_BYTES} bytes.`);
    if (request.headers["upload-defer-length"] !== undefined)
      throw new AppError("invalid_input", "Send Upload-Length: a size that is told later is not supported.");
  }

  async #create(uploadLength: string | null, metadata: Record<string, string | null>): Promise<string> {
    const call = this.#calls.getStore();
    if (!call) throw new Error("an upload is created outside of a request");
    const { filename, filetype } = metadata;
    const made = await createUpload(call.ctx, {
      name: filename ?? "",
      mime: filetype ?? "",
      sizeBytes: Number(uploadLength ?? Number.NaN),
    });
    return made.uploadId;
  }

  /**
   * The caller's upload. One whose bytes are all there while its row does not know (the process died in between) is
   * finished here, and one whose file was not made begins now.
   */
  async #open(ctx: Ctx, uploadId: string): Promise<Upload> {
    const row = await findOwnUpload(ctx, uploadId);
    if (row === null) throw new AppError("not_found", "There is no such upload, or it was removed.");
    if (row.state !== "uploading") return row;
    const stored = await this.#files.findSize(row.id);
    if (stored === null) {
      await mkdir(this.#files.directory, { recursive: true });
      await writeFile(this.#files.pathOf(row.id), "", { flag: "a" });
    } else if (BigInt(stored) === row.sizeBytes) await finishUpload(this.#files, row.id);
    return row;
  }

  /** After a body has ended or broken off: completes what is whole, and writes down how far the rest is. */
  async #settle({ id, sizeBytes }: Upload): Promise<void> {
    const stored = await this.#files.findSize(id);
    if (stored === null) return;
    if (BigInt(stored) === sizeBytes) await finishUpload(this.#files, id);
    else await recordOffset(id, stored);
  }

  async #remove(uuid: string, response: ServerResponse): Promise<void> {
    if (!(await removeUpload(uuid)))
      throw new AppError("conflict", "A task still needs this upload. Cancel or delete the task first.");
    await this.#files.remove(uuid);
    response.writeHead(204, { "Tus-Resumable": "1.0.0" }).end();
  }

  /** What the library remembers of an upload: all of it stands in the row. */
  #noteOf(uuid: string): TusUpload | undefined {
    const row = this.#calls.getStore()?.upload;
    if (row?.id !== uuid) return undefined;
    return new TusUpload({
      id: row.id,
      size: Number(row.sizeBytes),
      offset: Number(row.offsetBytes),
      metadata: { filename: row.name, ...(row.mime === "" ? {} : { filetype: row.mime }) },
      creation_date: row.createdAt.toISOString(),
    });
  }

  /** tus's own refusals keep their status; ours and the unexpected become the native API's error. */
  #noteRefusal(
    error: Error | { status_code: number; body: string },
  ): { status_code: number; body: string } | undefined {
    if (!(error instanceof Error)) {
      if (error.status_code >= 500)
        this.#log.error({ status: error.status_code, body: error.body }, "an upload failed");
      return undefined;
    }
    const known = toAppError(error);
    const call = this.#calls.getStore();
    if (call) call.refusal = known;
    const status_code = known instanceof NoSpaceError ? 507 : HTTP_STATUS[known.code];
    return { status_code, body: known.message };
  }
}

/** Node gives an unusual header that came twice as a list. */
function joined(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value.join(",") : value) ?? null;
}

/** The place and length of a PATCH that has nothing unusual; anything else is judged by the library. */
function plainBody({ headers }: IncomingMessage): { offset: number; length: number } | null {
  const [offset, length] = [joined(headers["upload-offset"]) ?? "", headers["content-length"] ?? ""];
  const isPlain =
    headers["tus-resumable"] === "1.0.0" &&
    headers["content-type"] === "application/offset+octet-stream" &&
    headers["transfer-encoding"] === undefined &&
    headers["upload-length"] === undefined &&
    /^\d{1,15}$/.test(offset) &&
    /^\d{1,15}$/.test(length);
  return isPlain ? { offset: Number(offset), length: Number(length) } : null;
}
