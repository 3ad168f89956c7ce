import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { db } from "#lib/db/client.ts";
import { showId } from "#lib/ids.ts";
import { type Manifest, manifestFiles, manifestSchema } from "#lib/jobs/manifest.ts";
import { hashFile } from "#lib/storage/hash-file.ts";

import type { CheckInput, Note } from "./check.ts";
import { unresolvedReferences } from "./playlists.ts";

const run = promisify(execFile);

type Published = { name: string; folder: string; manifest: Manifest; isReplaced: boolean };

/** What the database says was published. */
async function publishedJobs(): Promise<Published[]> {
  const jobs = await db().job.findMany({
    where: { status: "succeeded" },
    include: { task: { include: { output: true } } },
  });
  return jobs.map((job) => ({
    name: `${job.primaryPath} (${showId("job", job.id)})`,
    folder: path.join(job.task.output.folder ?? "", job.task.output.prefix),
    manifest: manifestSchema.parse(job.manifest),
    isReplaced: job.replacedAt !== null,
  }));
}

/** I3: what was published is there whole, plays, and is as long as its source. */
export async function checkFiles({ sourceSeconds }: CheckInput, note: Note): Promise<void> {
  for (const { name, folder, manifest, isReplaced } of await publishedJobs()) {
    const files = manifestFiles(manifest).filter((file) => !isReplaced || file !== manifest.primary);
    for (const file of files) {
      const found = await hashFile(path.join(folder, file.path)).catch(() => null);
      const isSame = found?.sizeBytes === file.sizeBytes && found.sha256 === file.sha256;
      note(
        isSame,
        `${name}: ${file.path} ${found === null ? "is missing" : "has other bytes than the manifest says"}`,
      );
    }
    if (isReplaced) continue;
    const primary = path.join(folder, manifest.primary.path);
    const { seconds, complaint } = await probe(primary);
    const isRight =
      complaint === "" && Math.abs(seconds - sourceSeconds) <= Math.max(0.5, sourceSeconds * 0.01);
    note(isRight, `${name}: ${seconds} s, ${complaint === "" ? "no complaint" : complaint}`);
    const unresolved = await unresolvedReferences(folder, manifest);
    note(unresolved.length === 0, `${name}: ${unresolved.join("; ")}`);
  }
}

async function probe(file: string): Promise<{ seconds: number; complaint: string }> {
  const args = [
    "-v",
    "error",
    "-allowed_extensions",
    "ALL",
    "-show_entries",
    "format=duration",
    "-of",
    "csv=p=0",
    file,
  ];
  const isHls = file.endsWith(".m3u8");
  try {
    const { stdout, stderr } = await run(
      "ffprobe",
      isHls ? args : args.filter((_, index) => index !== 2 && index !== 3),
    );
    return { seconds: Number(stdout.trim().split("\n")[0]), complaint: stderr.trim() };
  } catch (error) {
    return { seconds: Number.NaN, complaint: error instanceof Error ? error.message : String(error) };
  }
}

/** I8: nothing lies or runs that belongs to nobody. */
export async function checkLeftovers(
  { emptyFolders, uploadsFolder, encoders }: CheckInput,
  note: Note,
): Promise<void> {
  for (const folder of emptyFolders)
    for (const name of await filesBelow(folder)) note(false, `${folder} still has ${name}`);
  note(encoders.length === 0, `${encoders.length} encoders still run`);
  const named = new Map<string, Set<string>>();
  for (const { folder } of await db().output.findMany()) if (folder !== null) named.set(folder, new Set());
  for (const { folder, manifest } of await publishedJobs())
    for (const file of manifestFiles(manifest)) named.get(folder)?.add(file.path);
  for (const [folder, files] of named) {
    for (const file of await filesBelow(folder))
      note(files.has(file), `${file} lies in ${path.basename(folder)} and no manifest names it`);
  }
  const uploads = new Set((await db().upload.findMany({ select: { id: true } })).map(({ id }) => id));
  for (const name of await namesIn(uploadsFolder))
    note(uploads.has(name.replace(/\.json$/, "")), `${name} is no upload's`);
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
