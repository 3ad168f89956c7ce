import { type FileHandle, open } from "node:fs/promises";

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";

import { inParallel } from "#lib/storage/in-parallel.ts";
import type { Patience, S3Bucket } from "#lib/storage/s3-bucket.ts";
import { s3Trouble } from "#lib/storage/s3-failure.ts";

/**
 * Writing objects. S3's limits: a part has 5 MiB to 5 GiB (the last may be shorter), an upload at most 10,000 parts, and
 * one CopyObject takes 5 GiB (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html).
 */
export type UploadSizes = {
  /** A file above this goes in parts of at least this size. */
  partBytes: number;
  /** An object above this is copied in parts of this size. */
  copyBytes: number;
};

const MIB = 1024 ** 2;
export const UPLOAD_SIZES: UploadSizes = { partBytes: 8 * MIB, copyBytes: 1024 * MIB };
const MAX_PARTS = 10_000;
/** Parts of one file that are on their way at the same time; with their size, the memory that an upload takes. */
const PARALLEL_PARTS = 3;

/** An object's bytes that lie ready on the server under no name yet; `complete` gives them the name, in one step. */
export type PendingUpload = {
  complete: (patience: Patience) => Promise<void>;
  abort: (patience?: Patience) => Promise<void>;
};

export async function putBytes(
  bucket: S3Bucket,
  key: string,
  bytes: Uint8Array,
  type: string,
  patience: Patience = {},
): Promise<void> {
  const input = {
    Bucket: bucket.name,
    Key: key,
    Body: bytes,
    ContentType: type,
    ContentLength: bytes.length,
  };
  await bucket.ask(
    (abortSignal) => bucket.client.send(new PutObjectCommand(input), { abortSignal }),
    patience,
  );
}

/** Writes a file of any size; memory stays at a few parts. */
export async function putFile(
  bucket: S3Bucket,
  key: string,
  localFile: string,
  { type, sizes, signal }: { type: string; sizes: UploadSizes; signal?: AbortSignal | undefined },
): Promise<void> {
  const handle = await open(localFile, "r");
  try {
    const { size } = await handle.stat();
    if (size <= sizes.partBytes) {
      await putBytes(bucket, key, await readPart(handle, 0, size), type, { signal });
      return;
    }
    const upload = await uploadParts(bucket, key, handle, { type, sizes, signal });
    await completeOrAbort(upload, { signal });
  } finally {
    await handle.close();
  }
}

/** Brings a file's parts to the server. On failure nothing is left there, as far as the server can be reached. */
export async function uploadParts(
  bucket: S3Bucket,
  key: string,
  handle: FileHandle,
  { type, sizes, signal }: { type: string; sizes: UploadSizes; signal?: AbortSignal | undefined },
): Promise<PendingUpload> {
  const { size } = await handle.stat();
  const partBytes = Math.max(sizes.partBytes, Math.ceil(size / MAX_PARTS));
  const count = Math.max(1, Math.ceil(size / partBytes));
  return inParts(bucket, key, { type, count, signal }, async (uploadId, index, abort) => {
    const body = await readPart(handle, index * partBytes, Math.min(partBytes, size - index * partBytes));
    const input = { Bucket: bucket.name, Key: key, UploadId: uploadId, PartNumber: index + 1, Body: body };
    const { ETag } = await bucket.ask(
      (abortSignal) => bucket.client.send(new UploadPartCommand(input), { abortSignal }),
      { signal: abort },
    );
    return ETag;
  });
}

/** Copies an object of the bucket under another name, on the server, with its content type. False when there is none. */
export async function copyObject(
  bucket: S3Bucket,
  from: string,
  to: string,
  { sizes, ...patience }: { sizes: UploadSizes } & Patience,
): Promise<boolean> {
  const source = `${bucket.name}/${from.split("/").map(encodeURIComponent).join("/")}`;
  try {
    const found = await bucket.ask(
      (abortSignal) =>
        bucket.client.send(new HeadObjectCommand({ Bucket: bucket.name, Key: from }), { abortSignal }),
      patience,
    );
    const size = found.ContentLength ?? 0;
    if (size <= sizes.copyBytes) {
      const input = { Bucket: bucket.name, Key: to, CopySource: source };
      await bucket.ask(
        (abortSignal) => bucket.client.send(new CopyObjectCommand(input), { abortSignal }),
        patience,
      );
      return true;
    }
    const type = found.ContentType ?? "application/octet-stream";
    const count = Math.ceil(size / sizes.copyBytes);
    const upload = await inParts(bucket, to, { type, count, ...patience }, async (uploadId, index, abort) => {
      const end = Math.min(size, (index + 1) * sizes.copyBytes) - 1;
      const input = {
        ...{ Bucket: bucket.name, Key: to, UploadId: uploadId, PartNumber: index + 1, CopySource: source },
        CopySourceRange: `bytes=${index * sizes.copyBytes}-${end}`,
      };
      const { CopyPartResult } = await bucket.ask(
        (abortSignal) => bucket.client.send(new UploadPartCopyCommand(input), { abortSignal }),
        { ...patience, signal: abort },
      );
      return CopyPartResult?.ETag;
    });
    await completeOrAbort(upload, patience);
    return true;
  } catch (error) {
    if (s3Trouble(error)?.kind === "missing") return false;
    throw error;
  }
}

/** Aborts an upload; harmless when it is complete, aborted or was never there. */
export async function abortUpload(
  bucket: S3Bucket,
  key: string,
  uploadId: string,
  patience: Patience = {},
): Promise<void> {
  const input = { Bucket: bucket.name, Key: key, UploadId: uploadId };
  await bucket.ask(async (abortSignal) => {
    try {
      await bucket.client.send(new AbortMultipartUploadCommand(input), { abortSignal });
    } catch (error) {
      if (s3Trouble(error)?.status !== 404) throw error;
    }
  }, patience);
}

async function inParts(
  bucket: S3Bucket,
  key: string,
  of: { type: string; count: number } & Patience,
  sendPart: (uploadId: string, index: number, abort: AbortSignal) => Promise<string | undefined>,
): Promise<PendingUpload> {
  const { count, type, signal: stop, ...patience } = of;
  stop?.throwIfAborted();
  const input = { Bucket: bucket.name, Key: key, ContentType: type };
  // Not to be stopped on its way: what began without our knowing its name could not be aborted.
  const { UploadId: uploadId } = await bucket.ask(
    (abortSignal) => bucket.client.send(new CreateMultipartUploadCommand(input), { abortSignal }),
    patience,
  );
  if (uploadId === undefined) throw new Error(`${bucket.host} began an upload without naming it`);
  const parts: CompletedPart[] = [];
  const abort = (wanted?: Patience) => abortUpload(bucket, key, uploadId, wanted);
  try {
    const failed = new AbortController();
    const signal = AbortSignal.any([failed.signal, ...(stop === undefined ? [] : [stop])]);
    await inParallel(count, PARALLEL_PARTS, async (index) => {
      try {
        const ETag = await sendPart(uploadId, index, signal);
        parts[index] = { PartNumber: index + 1, ...(ETag === undefined ? {} : { ETag }) };
      } catch (error) {
        // The others need not be sent to their end.
        failed.abort(error);
        throw error;
      }
    });
  } catch (error) {
    await abort();
    throw error;
  }
  const complete = { Bucket: bucket.name, Key: key, UploadId: uploadId, MultipartUpload: { Parts: parts } };
  return {
    complete: async (wanted) => {
      let tries = 0;
      await bucket.ask(async (abortSignal) => {
        tries++;
        try {
          await bucket.client.send(new CompleteMultipartUploadCommand(complete), { abortSignal });
        } catch (error) {
          // An answer was lost on its way: what is completed is no upload any more.
          if (tries === 1 || s3Trouble(error)?.code !== "NoSuchUpload") throw error;
        }
      }, wanted);
    },
    abort,
  };
}

async function completeOrAbort(upload: PendingUpload, patience: Patience): Promise<void> {
  try {
    await upload.complete(patience);
  } catch (error) {
    await upload.abort();
    throw error;
  }
}

async function readPart(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new Error("the file became shorter while it was read");
    filled += bytesRead;
  }
  return buffer;
}
