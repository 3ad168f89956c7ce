import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";

import {
  backupManifestSchema,
  MANIFEST_NAME,
  MANIFEST_SUM_NAME,
  type ArchivedFile,
  type BackupManifest,
} from "#lib/launcher/backup/manifest.ts";
import { LauncherError } from "#lib/launcher/quiet-step.ts";

/** Of a manifest: a hundred thousand files are some 15 MB. */
const MAX_MANIFEST_BYTES = 256 * 1024 * 1024;

export type ArchiveEntry = { header: Header; content: AsyncIterable<Buffer> };

/**
 * Reads a whole archive and compares every byte with what its manifest says.
 * @throws {LauncherError} when it is no backup of this product, or damaged
 */
export async function verifyArchive(file: string): Promise<BackupManifest> {
  if (!existsSync(file)) throw new LauncherError(`There is no file ${file}.`);
  const found = new Map<string, ArchivedFile>();
  const texts = new Map<string, Buffer>();
  await eachEntry(file, async ({ header, content }) => {
    const hash = createHash("sha256");
    const isText = header.name === MANIFEST_NAME || header.name === MANIFEST_SUM_NAME;
    const kept: Buffer[] = [];
    let sizeBytes = 0;
    for await (const piece of content) {
      hash.update(piece);
      sizeBytes += piece.length;
      if (isText && sizeBytes <= MAX_MANIFEST_BYTES) kept.push(piece);
    }
    if (isText) texts.set(header.name, Buffer.concat(kept));
    else if (header.type === "file") found.set(header.name, { sizeBytes, sha256: hash.digest("hex") });
  });
  const manifest = readManifest(file, texts);
  compare(file, manifest, found);
  return manifest;
}

/**
 * Calls `onEntry` with every entry of an archive in turn; it must read the content to its end.
 * @throws {LauncherError} when the archive breaks off or cannot be read
 */
export async function eachEntry(
  file: string,
  onEntry: (entry: ArchiveEntry) => Promise<void>,
): Promise<void> {
  const tar = extract();
  const stop = new AbortController();
  // Errors arrive at the loop below.
  tar.on("error", () => undefined);
  let goOn = () => {};
  for (const event of ["drain", "close"] as const) tar.on(event, () => goOn());
  const feeding = pipeline(
    createReadStream(file),
    createGunzip(),
    async (source: AsyncIterable<Buffer>) => {
      for await (const piece of source) {
        if (tar.destroyed) return;
        if (!tar.write(piece)) await new Promise<void>((resolve) => (goOn = resolve));
      }
      tar.end(undefined);
    },
    { signal: stop.signal },
  ).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  });
  const reading = (async () => {
    for await (const entry of tar) {
      await onEntry({ header: entry.header, content: entry as AsyncIterable<Buffer> });
    }
  })().catch((error: unknown) => {
    stop.abort();
    throw error;
  });
  const [fed, read] = await Promise.allSettled([feeding, reading]);
  const problem: unknown = read.status === "rejected" ? read.reason : undefined;
  if (problem instanceof LauncherError || isSystemError(problem)) throw problem;
  const cause: unknown = fed.status === "rejected" && !stop.signal.aborted ? fed.reason : problem;
  if (cause !== undefined) throw damaged(file, cause instanceof Error ? cause.message : "it cannot be read");
}

/** An error of this machine's disk, as opposed to one of the archive. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

function readManifest(file: string, texts: ReadonlyMap<string, Buffer>): BackupManifest {
  const text = texts.get(MANIFEST_NAME);
  const sum = texts.get(MANIFEST_SUM_NAME)?.toString("utf8").trim();
  if (text === undefined || sum === undefined)
    throw damaged(file, "its list of contents is missing, as of a file that was cut short or is no backup");
  if (createHash("sha256").update(text).digest("hex") !== sum)
    throw damaged(file, "its list of contents was changed");
  const parsed: unknown = JSON.parse(text.toString("utf8"));
  if (typeof parsed === "object" && parsed !== null && "format" in parsed && parsed.format !== 1)
    throw new LauncherError(
      `${file} was made by a newer version, in a form that this one does not know. Update VOD Console first.`,
    );
  return backupManifestSchema.parse(parsed);
}

function compare(file: string, manifest: BackupManifest, found: ReadonlyMap<string, ArchivedFile>): void {
  for (const [name, listed] of Object.entries(manifest.files)) {
    const actual = found.get(name);
    if (actual === undefined) throw damaged(file, `${name} is missing`);
    if (actual.sha256 !== listed.sha256 || actual.sizeBytes !== listed.sizeBytes)
      throw damaged(file, `${name} is not what was written`);
  }
  for (const name of found.keys()) {
    if (manifest.files[name] === undefined) throw damaged(file, `${name} does not belong to it`);
    if (name.split("/").some((part) => part === ".." || part === "" || part === "."))
      throw damaged(file, `${name} is no name of a file inside it`);
  }
}

function damaged(file: string, why: string): LauncherError {
  return new LauncherError(
    `The backup ${file} is damaged: ${why}. Nothing was restored; use another backup.`,
  );
}
