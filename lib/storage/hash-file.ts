import { createHash, hash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";

export type FileHashes = { sizeBytes: number; sha256: string; md5: string };

/** Size, SHA-256 and MD5 (what S3 calls an ETag of a simple object) of a stream, in one pass. */
export async function hashStream(stream: Readable, signal?: AbortSignal): Promise<FileHashes> {
  const sha256 = createHash("sha256");
  const md5 = createHash("md5");
  let sizeBytes = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    sha256.update(piece);
    md5.update(piece);
    sizeBytes += piece.length;
  }
  return { sizeBytes, sha256: sha256.digest("hex"), md5: md5.digest("hex") };
}

/** As {@link hashStream}, of bytes that are in memory. */
export function hashBytes(bytes: Uint8Array): FileHashes {
  return { sizeBytes: bytes.length, sha256: hash("sha256", bytes), md5: hash("md5", bytes) };
}

/** SHA-256 alone, for what is nobody's object: MD5 takes twice as long. */
export async function sha256File(file: string): Promise<string> {
  const sha256 = createHash("sha256");
  for await (const piece of createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>)
    sha256.update(piece);
  return sha256.digest("hex");
}

export function hashFile(file: string, signal?: AbortSignal): Promise<FileHashes> {
  return hashStream(createReadStream(file, { highWaterMark: 1024 * 1024 }), signal);
}
