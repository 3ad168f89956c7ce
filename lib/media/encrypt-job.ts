import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PassThrough, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { FailureError } from "#lib/errors.ts";
import type { PackagedJob } from "#lib/media/package-job.ts";
import type { JobPlan } from "#lib/media/plan-encode.ts";

export type EncryptOptions = {
  /** The publish folder. */
  dir: string;
  /** Files of the images and keys that were fetched, by their addresses. */
  assetFiles?: ReadonlyMap<string, string> | undefined;
  signal?: AbortSignal | undefined;
};

const METHOD = "aes-128-cbc";
const KEY_BYTES = 16;
const KEY_NAME = "key.bin";

/**
 * Encrypts the segments of a verified HLS job where they lie (RFC 8216, METHOD=AES-128: whole segments, CBC, PKCS7, the
 * segment's number as the IV) and names the key in its playlists. The initialisation segment, which shows nothing, stays
 * as it is. Each segment is decrypted again and compared before it takes the clear one's place. Other jobs pass through.
 *
 * @returns what is to be published, with the key where it is this job's own
 * @throws FailureError TEMPLATE_INVALID for a fetched key that is no key, OUTPUT_VERIFICATION_FAILED
 */
export async function encryptJob(
  plan: JobPlan,
  packaged: PackagedJob,
  options: EncryptOptions,
): Promise<PackagedJob> {
  if (plan.encryption === null) return packaged;
  const { keyUrl } = plan.encryption;
  const key = keyUrl === null ? randomBytes(KEY_BYTES) : await fetchedKey(plan, keyUrl, options);
  for (const rendition of packaged.renditions) {
    for (const [number, { path }] of rendition.segments.entries()) {
      options.signal?.throwIfAborted();
      await encryptSegment(join(options.dir, path), key, ivOf(number));
    }
    await nameKey(join(options.dir, rendition.folder, "playlist.m3u8"), keyUrl ?? `../${KEY_NAME}`);
  }
  const folder = packaged.renditions[0]?.folder;
  if (keyUrl !== null || folder === undefined) return packaged;
  const path = `${dirname(folder)}/${KEY_NAME}`;
  await writeFile(join(options.dir, path), key, { mode: 0o644 });
  return { ...packaged, files: [{ path, type: "application/octet-stream" }, ...packaged.files] };
}

async function fetchedKey(plan: JobPlan, keyUrl: string, { assetFiles }: EncryptOptions): Promise<Buffer> {
  const file = assetFiles?.get(keyUrl);
  if (file === undefined) throw new Error("a key was not fetched before it was needed");
  const { size } = await stat(file);
  if (size === KEY_BYTES) return readFile(file);
  const reason = `the key is ${size} bytes long; AES-128 has one of ${KEY_BYTES}`;
  const params = { template: plan.templateName, field: "encryption.keyUrl", reason };
  throw new FailureError("TEMPLATE_INVALID", params);
}

/** Without an IV in the playlist it is the segment's number, which begins at 0 here, in 16 bytes. */
function ivOf(number: number): Buffer {
  const iv = Buffer.alloc(16);
  iv.writeUInt32BE(number, 12);
  return iv;
}

async function encryptSegment(file: string, key: Buffer, iv: Buffer): Promise<void> {
  const target = `${file}.encrypted`;
  const clear = await digest(file, new PassThrough());
  await pipeline(
    createReadStream(file),
    createCipheriv(METHOD, key, iv),
    createWriteStream(target, { flags: "wx", mode: 0o644 }),
  );
  const restored = await digest(target, createDecipheriv(METHOD, key, iv)).catch(() => "");
  if (restored !== clear)
    throw new FailureError("OUTPUT_VERIFICATION_FAILED", {
      check: "encryption",
      detail: "a segment does not come back from its encryption",
    });
  await rename(target, file);
}

async function digest(file: string, through: Transform): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), through, hash);
  return hash.digest("hex");
}

/** After the initialisation segment, which it would be for otherwise, and before the first segment. */
async function nameKey(playlist: string, uri: string): Promise<void> {
  const text = await readFile(playlist, "utf8");
  const line = `#EXT-X-KEY:METHOD=AES-128,URI="${uri.replace(/["\r\n]/g, encodeURIComponent)}"\n`;
  const at = text.indexOf("#EXTINF");
  if (at < 0) throw new Error(`${playlist} lists no segments`);
  await writeFile(playlist, text.slice(0, at) + line + text.slice(at));
}
