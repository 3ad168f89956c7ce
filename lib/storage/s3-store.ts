import { open } from "node:fs/promises";
import { PassThrough, Readable } from "node:stream";

import {
  type _Object as ListedObject,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
} from "@aws-sdk/client-s3";

import { inParallel } from "#lib/storage/in-parallel.ts";
import type { Patience, S3Bucket } from "#lib/storage/s3-bucket.ts";
import { s3Failure, s3Trouble } from "#lib/storage/s3-failure.ts";
import { listObjects, listSubfolders, listUploads } from "#lib/storage/s3-listing.ts";
import {
  abortUpload,
  copyObject,
  type PendingUpload,
  putBytes,
  putFile,
  UPLOAD_SIZES,
  type UploadSizes,
  uploadParts,
} from "#lib/storage/s3-upload.ts";
import {
  assertStorePath,
  isStorePath,
  PREVIOUS_NAME,
  type StagedPrimary,
  type Store,
  type StoredObject,
  StoreMissingError,
  type TransferOptions,
  type UnfinishedTransfer,
} from "#lib/storage/store.ts";

/** A primary up to this size is one PUT under the row lock; a larger one lies there in parts, and is only completed. */
const SMALL_PRIMARY_BYTES = 1024 ** 2;
/** Longest time of the request that replaces the primary: with the eight seconds before it, less than the row lock lasts. */
const REPLACE_LIMIT_MS = 10_000;
const REPLACE_PATIENCE_MS = 2_000;
const PARALLEL_DELETES = 8;

/**
 * A store in a bucket, below a prefix: no key outside of it is ever named. What S3 lacks, it makes up for: there are no
 * folders, only names with slashes, and nothing is renamed. A primary is replaced by one request, and what was there is
 * copied into the attempt's folder before.
 */
export class S3Store implements Store {
  readonly isRemote = true;
  readonly #bucket: S3Bucket;
  readonly #prefix: string;
  readonly #sizes: UploadSizes;

  /** `prefix`: "" or ending with a slash. `sizes` differ in tests only. */
  constructor(bucket: S3Bucket, prefix: string, sizes: UploadSizes = UPLOAD_SIZES) {
    this.#bucket = bucket;
    this.#prefix = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
    this.#sizes = sizes;
  }

  async putFile(
    path: string,
    localFile: string,
    type: string,
    { signal }: TransferOptions = {},
  ): Promise<void> {
    await putFile(this.#bucket, this.#key(path), localFile, { type, sizes: this.#sizes, signal });
  }

  async putBytes(path: string, bytes: Uint8Array, type: string): Promise<void> {
    await putBytes(this.#bucket, this.#key(path), bytes, type);
  }

  async stagePrimary(
    path: string,
    localFile: string,
    { attemptFolder, type, signal }: { attemptFolder: string; type: string } & TransferOptions,
  ): Promise<StagedPrimary> {
    const key = this.#key(path);
    const previous = this.#key(`${attemptFolder}/${PREVIOUS_NAME}`);
    // Now and not under the lock: large files take their time.
    let kept = await this.#keepPrevious(path, previous, { signal });
    const upload = await this.#prepare(key, localFile, { type, signal });
    return {
      replace: async (isStillMine) => {
        const now = await this.#head(path, REPLACE_PATIENCE_MS);
        if (now?.version !== kept?.version) {
          kept = await this.#keepPrevious(path, previous, { patienceMs: 0 });
          if (kept === null) await this.#deleteKey(previous, { patienceMs: 0 });
        }
        // No other step of this process comes between the question and the request.
        if (!isStillMine()) throw new Error(`replacing ${path} came too late`);
        // Once: a repetition could arrive after somebody else's.
        await upload.complete({ patienceMs: 0, limitMs: REPLACE_LIMIT_MS });
      },
      discard: () => upload.abort({ patienceMs: REPLACE_PATIENCE_MS }),
    };
  }

  async restorePrimary(path: string, attemptFolder: string): Promise<boolean> {
    const previous = `${attemptFolder}/${PREVIOUS_NAME}`;
    const from = this.#key(previous);
    const isRestored = await copyObject(this.#bucket, from, this.#key(path), { sizes: this.#sizes });
    if (isRestored) await this.delete(previous);
    return isRestored;
  }

  async head(path: string): Promise<StoredObject | null> {
    return this.#head(path);
  }

  async read(path: string, range?: { start: number; end?: number }): Promise<Readable> {
    return (await this.open(path, range)).body;
  }

  /** {@link read}, with the size of the whole file: one request instead of two. */
  async open(
    path: string,
    range?: { start: number; end?: number },
    patience: Pick<Patience, "signal"> = {},
  ): Promise<{ body: Readable; sizeBytes: number }> {
    const bytes = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end ?? ""}` };
    const input = { Bucket: this.#bucket.name, Key: this.#key(path), ...bytes };
    try {
      const answer = await this.#bucket.ask(
        (abortSignal) => this.#bucket.client.send(new GetObjectCommand(input), { abortSignal }),
        patience,
      );
      if (!(answer.Body instanceof Readable)) throw new Error("the client gave no stream");
      const total = /\/(\d+)$/.exec(answer.ContentRange ?? "")?.[1] ?? answer.ContentLength ?? 0;
      return { body: this.#named(answer.Body), sizeBytes: Number(total) };
    } catch (error) {
      if (s3Trouble(error)?.kind === "missing") throw new StoreMissingError(path);
      // Nothing is behind the end, as in a file.
      if (range !== undefined && isInvalidRange(error)) {
        const sizeBytes = (await this.#head(path))?.sizeBytes ?? 0;
        return { body: Readable.from([]), sizeBytes };
      }
      throw error;
    }
  }

  async *list(folder: string): AsyncGenerator<StoredObject> {
    for await (const { key, object } of listObjects(this.#bucket, this.#below(folder))) {
      const path = this.#pathOf(key);
      if (path !== null) yield storedObject(path, object);
    }
  }

  async listFolders(folder: string): Promise<string[]> {
    return listSubfolders(this.#bucket, this.#below(folder));
  }

  async delete(path: string): Promise<void> {
    await this.#deleteKey(this.#key(path));
  }

  async deleteFolder(folder: string): Promise<void> {
    assertStorePath(folder);
    const keys: string[] = [];
    for await (const { key } of listObjects(this.#bucket, this.#below(folder))) keys.push(key);
    // The protocol's own files last: a folder that still has its journal is known to be unfinished.
    const isOwn = (key: string) => key.slice(key.lastIndexOf("/") + 1).startsWith(".");
    for (const group of [keys.filter((key) => !isOwn(key)), keys.filter(isOwn)])
      await inParallel(group.length, PARALLEL_DELETES, (index) => this.#deleteKey(group[index] ?? ""));
  }

  async *transfers(): AsyncGenerator<UnfinishedTransfer> {
    for await (const { key, uploadId, startedAt } of listUploads(this.#bucket, this.#prefix)) {
      const path = this.#pathOf(key);
      if (path !== null) yield { path, startedAt, abort: () => abortUpload(this.#bucket, key, uploadId) };
    }
  }

  async #prepare(
    key: string,
    localFile: string,
    { type, signal }: { type: string } & TransferOptions,
  ): Promise<PendingUpload> {
    const handle = await open(localFile, "r");
    try {
      const { size } = await handle.stat();
      if (size > SMALL_PRIMARY_BYTES)
        return await uploadParts(this.#bucket, key, handle, { type, sizes: this.#sizes, signal });
      const bytes = await handle.readFile();
      return {
        complete: (patience) => putBytes(this.#bucket, key, bytes, type, patience),
        abort: async () => undefined,
      };
    } finally {
      await handle.close();
    }
  }

  /** Copies what is under a name now, and says which it was; null when there is nothing. */
  async #keepPrevious(
    path: string,
    previous: string,
    patience: { signal?: AbortSignal | undefined; patienceMs?: number },
  ): Promise<StoredObject | null> {
    const found = await this.#head(path, patience.patienceMs);
    if (found === null) return null;
    const options = { sizes: this.#sizes, ...patience };
    return (await copyObject(this.#bucket, this.#key(path), previous, options)) ? found : null;
  }

  async #head(path: string, patienceMs?: number): Promise<StoredObject | null> {
    const input = { Bucket: this.#bucket.name, Key: this.#key(path) };
    try {
      const found = await this.#bucket.ask(
        (abortSignal) => this.#bucket.client.send(new HeadObjectCommand(input), { abortSignal }),
        patienceMs === undefined ? {} : { patienceMs },
      );
      return storedObject(path, { ...found, Size: found.ContentLength });
    } catch (error) {
      if (s3Trouble(error)?.kind === "missing") return null;
      throw error;
    }
  }

  async #deleteKey(key: string, patience: Patience = {}): Promise<void> {
    const input = { Bucket: this.#bucket.name, Key: key };
    try {
      await this.#bucket.ask(
        (abortSignal) => this.#bucket.client.send(new DeleteObjectCommand(input), { abortSignal }),
        patience,
      );
    } catch (error) {
      // AWS says nothing of it; others answer that it is not there.
      if (s3Trouble(error)?.kind !== "missing") throw error;
    }
  }

  /** A body whose own errors are the Output's failures. To destroy it ends the request at once. */
  #named(body: Readable): Readable {
    const output = { name: this.#bucket.outputName, host: this.#bucket.host };
    const named = new PassThrough();
    // An error that comes before anybody reads must not end the process; the reader gets it all the same.
    named.on("error", () => undefined);
    body.on("error", (error) => named.destroy(s3Failure(error, output) as Error));
    body.once("close", () => {
      if (body.readableEnded || named.destroyed) return;
      const cut = Object.assign(new Error("the connection ended too early"), { code: "ECONNRESET" });
      named.destroy(s3Failure(cut, output) as Error);
    });
    named.once("close", () => body.destroy());
    return body.pipe(named);
  }

  #key(path: string): string {
    assertStorePath(path);
    return this.#prefix + path;
  }

  #below(folder: string): string {
    return folder === "" ? this.#prefix : `${this.#key(folder)}/`;
  }

  /** Null for a key that is not a file's of ours: a folder's marker, or a name that no path of ours can have. */
  #pathOf(key: string): string | null {
    const path = key.slice(this.#prefix.length);
    return isStorePath(path) ? path : null;
  }
}

function storedObject(path: string, of: Pick<ListedObject, "Size" | "LastModified" | "ETag">): StoredObject {
  const modifiedAt = of.LastModified ?? new Date(0);
  const version = `${of.ETag ?? ""} ${Math.floor(modifiedAt.getTime() / 1000)} ${of.Size ?? 0}`;
  return { path, sizeBytes: of.Size ?? 0, modifiedAt, version };
}

function isInvalidRange(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return s3Trouble(error)?.status === 416 || s3Trouble(cause)?.status === 416;
}
