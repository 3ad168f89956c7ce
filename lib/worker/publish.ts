import { readdir } from "node:fs/promises";
import path from "node:path";
import { basename, dirname, join } from "node:path/posix";

import { db, type Tx } from "#lib/db/client.ts";
import { FailureError } from "#lib/errors.ts";
import {
  attemptFolderOf,
  contentTypeOf,
  type Manifest,
  type ManifestFile,
  manifestSchema,
} from "#lib/jobs/manifest.ts";
import { logger } from "#lib/log.ts";
import { lockPrimary } from "#lib/outputs/lock-paths.ts";
import { inParallel } from "#lib/storage/in-parallel.ts";
import type { StagedPrimary, Store } from "#lib/storage/store.ts";
import { withFence } from "#lib/worker/attempt.ts";
import { type FileHashes, hashFile } from "#lib/storage/hash-file.ts";
import { forgetJournal, recoverAttempts, writeJournal } from "#lib/jobs/recover-attempts.ts";
import type { SentFiles } from "#lib/worker/early-segments.ts";
import { faultPoint } from "#lib/worker/fault-point.ts";
import type { SettledTask } from "#lib/worker/settle-task.ts";

/** Longest time between taking the row lock and replacing the primary; see {@link publishFiles}. */
const LOCK_TO_REPLACE_MS = 8_000;

/** Files on their way at the same time: a bucket answers each only after a while. */
const PARALLEL_FILES = 4;

export type PublishInput = {
  attempt: SettledTask & { signal: AbortSignal };
  store: Store;
  job: { id: string; primaryPath: string };
  /** Local folder whose layout is to appear in the Output: the primary at its root, the rest in the media folder. */
  publishDir: string;
  /** Content types by path relative to `publishDir`; the extension decides for the rest. */
  types: ReadonlyMap<string, string>;
  /** Hashes by path relative to `publishDir`, of files that have not changed since; the others are read here. */
  hashes?: ReadonlyMap<string, FileHashes>;
  /** What lies under its name already; what differs by now is written again. */
  sent?: SentFiles;
  /** Writes what goes with the manifest; runs in the transaction that commits it. */
  commit: (tx: Tx, manifest: Manifest) => Promise<void>;
};

/** Name of the media folder beside the primary, e.g. "master.1f3c9a2b-4". */
export function mediaFolderName(job: { id: string; primaryPath: string }, fence: number): string {
  return basename(attemptFolderOf(job.primaryPath, job.id, fence));
}

/**
 * Publishes one job's files:
 *
 * 1. an undo journal into the attempt's own folder, then everything that the primary refers to, then the primary's bytes,
 *    staged beside them;
 * 2. under the task's row lock, with the fence checked, and the lock of the primary's name: the primary goes to its name in one step (what was there is kept
 *    in the folder), and the same transaction commits the manifest;
 * 3. the journal and the kept copy go.
 *
 * Whoever dies before the commit leaves a folder with a journal, and `recoverAttempts` takes everything back, the
 * primary included. A process that was frozen while it held the lock loses it (the server ends idle transactions) and,
 * when it wakes up, is stopped by the clock right before the step.
 */
export async function publishFiles(input: PublishInput): Promise<Manifest> {
  const { attempt, store, job, publishDir } = input;
  const folder = attemptFolderOf(job.primaryPath, job.id, attempt.fence);
  const parent = dirname(job.primaryPath) === "." ? "" : `${dirname(job.primaryPath)}/`;
  const primaryName = basename(job.primaryPath);
  const local = await listFiles(publishDir);
  if (!local.includes(primaryName)) throw new Error(`there is no primary ${primaryName} to publish`);

  const describe = async (name: string): Promise<ManifestFile> => {
    const target = name === primaryName ? job.primaryPath : `${parent}${name}`;
    const hashes = input.hashes?.get(name) ?? (await hashFile(path.join(publishDir, name), attempt.signal));
    return { path: target, ...hashes, type: input.types.get(name) ?? contentTypeOf(target) };
  };
  const primary = await describe(primaryName);
  const names = local.filter((each) => each !== primaryName);
  const stray = names.find((name) => !`${parent}${name}`.startsWith(`${folder}/`));
  if (stray !== undefined) throw new Error(`${stray} lies outside of the attempt's folder`);
  const described = new Map<string, ManifestFile>();
  await inParallel(names.length, PARALLEL_FILES, async (index) => {
    const name = names[index];
    if (name !== undefined) described.set(name, await describe(name));
  });
  const files = names.flatMap((name) => described.get(name) ?? []);
  const manifest = manifestSchema.parse({
    fence: attempt.fence,
    mediaFolder: files.length > 0 ? folder : null,
    primary,
    files,
  } satisfies Manifest);

  const { sizeBytes, sha256 } = primary;
  await writeJournal(store, folder, {
    jobId: job.id,
    fence: attempt.fence,
    primary: { path: primary.path, sizeBytes, sha256 },
  });
  let staged: StagedPrimary | undefined;
  try {
    await inParallel(files.length, PARALLEL_FILES, async (index) => {
      const file = files[index];
      if (file === undefined) return;
      attempt.signal.throwIfAborted();
      if (input.sent?.get(file.path) === file.sha256 && (await hasArrived(store, file))) return;
      const from = path.join(publishDir, file.path.slice(parent.length));
      await store.putFile(file.path, from, file.type, { signal: attempt.signal });
      await assertArrived(store, file);
    });
    staged = await store.stagePrimary(primary.path, path.join(publishDir, primaryName), {
      attemptFolder: folder,
      type: primary.type,
      signal: attempt.signal,
    });
    const ready = staged;
    attempt.signal.throwIfAborted();
    faultPoint("staged");
    await withFence(attempt, async (tx) => {
      await lockPrimary(tx, job.id, primary.path);
      const lockedAt = performance.now();
      await ready.replace(() => performance.now() - lockedAt < LOCK_TO_REPLACE_MS);
      faultPoint("replaced");
      await input.commit(tx, manifest);
      await markReplaced(tx, job.id, primary.path);
    });
  } catch (error) {
    await forgetStaged(staged);
    await takeBack(input, manifest);
    throw error;
  }
  faultPoint("committed");
  await forgetJournal(store, folder);
  return manifest;
}

/** The jobs that published under this name in the same Output before no longer have the primary; this one has it. */
async function markReplaced(tx: Tx, jobId: string, primaryPath: string): Promise<void> {
  await tx.job.update({ where: { id: jobId }, data: { replacedAt: null } });
  const { projectId, task } = await tx.job.findUniqueOrThrow({
    where: { id: jobId },
    select: { projectId: true, task: { select: { outputId: true } } },
  });
  await tx.job.updateMany({
    where: {
      id: { not: jobId },
      projectId,
      primaryPath,
      status: "succeeded",
      replacedAt: null,
      task: { outputId: task.outputId },
    },
    data: { replacedAt: new Date() },
  });
}

/** What cannot be forgotten now, the sweep aborts later: the first error is the one to be told. */
async function forgetStaged(staged: StagedPrimary | undefined): Promise<void> {
  try {
    await staged?.discard();
  } catch (error) {
    logger("publish").warn({ err: error }, "could not forget a staged primary");
  }
}

/** After a failure: whether it was committed after all is the database's word, not the error's. */
async function takeBack({ attempt, store, job }: PublishInput, manifest: Manifest): Promise<void> {
  const row = await db().job.findUnique({
    where: { id: job.id },
    select: { manifest: true, task: { select: { fence: true } } },
  });
  // Gone or another attempt's: its owner or the sweeper clears up.
  if (row === null || row.task.fence !== attempt.fence) return;
  const committed = manifestSchema.nullable().parse(row.manifest);
  await recoverAttempts(store, { ...job, manifest: committed }, manifest.fence + 1);
}

async function hasArrived(store: Store, file: ManifestFile): Promise<boolean> {
  return (await store.head(file.path))?.sizeBytes === file.sizeBytes;
}

async function assertArrived(store: Store, file: ManifestFile): Promise<void> {
  const found = await store.head(file.path);
  if (found?.sizeBytes === file.sizeBytes) return;
  const detail = `${file.path}: ${found?.sizeBytes ?? "no"} of ${file.sizeBytes} bytes arrived`;
  throw new FailureError(
    "OUTPUT_VERIFICATION_FAILED",
    { check: "published size", detail },
    { retryable: true },
  );
}

/** Paths of the regular files below a folder, with "/" between segments, sorted: media before playlists is not needed. */
async function listFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(path.relative(root, entry.parentPath).split(path.sep).join("/"), entry.name))
    .sort();
}
