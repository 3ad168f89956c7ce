import { open, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { AsyncLocalStorage } from "node:async_hooks";
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

import { requireRole, type Ctx } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { deleteUploadFiles } from "#lib/files/delete-upload-files.ts";
import { authenticate } from "#lib/http/authenticate.ts";
import { errorBody, HTTP_STATUS, toAppError } from "#lib/http/error-response.ts";
import { sendError } from "#lib/http/send-json.ts";
import { readId, showId } from "#lib/ids.ts";
import { logger } from "#lib/log.ts";
import { completeUpload } from "#lib/uploads/complete-upload.ts";
import { createUpload } from "#lib/uploads/create-upload.ts";
import { findOwnUpload } from "#lib/uploads/find-own-upload.ts";
import { recordOffset } from "#lib/uploads/record-offset.ts";
import { removeUpload } from "#lib/uploads/remove-upload.ts";

export const TUS_PATH = "/api/v1/uploads/tus";

/** A file name and a type fit many times. */
const METADATA_LIMIT_BYTES = 4096;
/** How often an upload's progress is written down while bytes arrive. */
const PROGRESS_MS = 1_000;

export function isTusPath(urlPath: string): boolean {
  return urlPath === TUS_PATH || urlPath.startsWith(`${TUS_PATH}/`);
}

/**
 * tus 1.0 (creation, creation-with-upload, termination) over a folder. On disk an upload is `<UUID>` and
 * `<UUID>.json`; on the wire its id is `upl_…`. Beside Next, because a route handler passes a body on at less than half
 * the speed. Role operator; an upload that somebody else began is a missing one.
 */
export class TusHandler {
  readonly #directory: string;
  readonly #log = logger("uploads");
  readonly #callers = new AsyncLocalStorage<Ctx>();
  readonly #server: Server;
  #isStopping = false;

  constructor({ directory, maxBytes }: { directory: string; maxBytes: number }) {
    this.#directory = directory;
    this.#server = new Server({
      path: TUS_PATH,
      datastore: new FileStore({ directory }),
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
        await this.#finish(upload.id);
        return {};
      },
      onResponseError: (_request, error) => this.#describe(error),
    });
    this.#server.on("POST_RECEIVE", (_stream: unknown, upload: { id: string; offset: number }) => {
      recordOffset(upload.id, upload.offset).catch((error: unknown) =>
        this.#log.warn({ err: error }, "an offset was not recorded"),
      );
    });
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
      secFetchSite: one(request.headers["sec-fetch-site"]),
    });
    requireRole(ctx, "operator");
    if (uploadId === "") this.#checkCreation(request);
    else {
      const upload = await this.#open(ctx, uploadId);
      if (method === "DELETE") return this.#remove(upload, response);
    }
    await this.#callers.run(ctx, () => this.#server.handle(request, response));
    const uuid = readId("upload", uploadId);
    if (method === "PATCH" && uuid !== null) await recordOffset(uuid, await this.#storedBytes(uuid));
  }

  #checkCreation(request: IncomingMessage): void {
    if (this.#isStopping)
      throw new AppError("unavailable", "The server is restarting. Try again in a moment.", {
        retryAfterSeconds: 5,
      });
    if ((one(request.headers["upload-metadata"]) ?? "").length > METADATA_LIMIT_BYTES)
      throw new AppError("too_large", `Upload-Metadata may have ${METADATA_LIMIT_BYTES} bytes.`);
  }

  async #create(uploadLength: string | null, metadata: Record<string, string | null>): Promise<string> {
    const ctx = this.#callers.getStore();
    if (!ctx) throw new Error("an upload is created outside of a request");
    if (uploadLength === null)
      throw new AppError("invalid_input", "Send Upload-Length: a size that is told later is not supported.");
    const { filename, filetype } = metadata;
    const made = await createUpload(ctx, {
      name: filename ?? "",
      mime: filetype ?? "",
      sizeBytes: Number(uploadLength),
    });
    return made.uploadId;
  }

  /** The row's UUID. A file that is whole while its row does not know yet (the process died in between) is finished here. */
  async #open(ctx: Ctx, uploadId: string): Promise<string> {
    const row = await findOwnUpload(ctx, uploadId);
    if (row === null) throw new AppError("not_found", "There is no such upload, or it was removed.");
    if (
      row.state === "uploading" &&
      row.sizeBytes > 0n &&
      BigInt(await this.#storedBytes(row.id)) === row.sizeBytes
    )
      await this.#finish(row.id);
    return row.id;
  }

  async #finish(uuid: string): Promise<void> {
    // On the disk before the row says so: a task starts reading at once, on this machine or after its next start.
    const file = await open(this.#fileOf(uuid), "r");
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
    await completeUpload(uuid);
  }

  async #remove(uuid: string, response: ServerResponse): Promise<void> {
    if (!(await removeUpload(uuid)))
      throw new AppError("conflict", "A task still needs this upload. Cancel or delete the task first.");
    await deleteUploadFiles(this.#directory, uuid);
    response.writeHead(204, { "Tus-Resumable": "1.0.0" }).end();
  }

  async #storedBytes(uuid: string): Promise<number> {
    try {
      return (await stat(this.#fileOf(uuid))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
      throw error;
    }
  }

  #fileOf(uuid: string): string {
    return path.join(this.#directory, uuid);
  }

  /** tus's own refusals keep their words; ours and the unexpected become the native API's error. */
  #describe(
    error: Error | { status_code: number; body: string },
  ): { status_code: number; body: string } | undefined {
    if (!(error instanceof Error)) {
      if (error.status_code >= 500)
        this.#log.error({ status: error.status_code, body: error.body }, "an upload failed");
      return undefined;
    }
    const known = toAppError(error);
    return { status_code: HTTP_STATUS[known.code], body: JSON.stringify(errorBody(known)) };
  }
}

/** Node gives an unusual header that came twice as a list. */
function one(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value.join(",") : value) ?? null;
}
