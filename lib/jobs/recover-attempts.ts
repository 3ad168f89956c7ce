import { basename, dirname } from "node:path/posix";

import * as z from "zod";

import { db, type Tx } from "#lib/db/client.ts";
import { fenceOfFolder, type Manifest, manifestSchema } from "#lib/jobs/manifest.ts";
import { logger } from "#lib/log.ts";
import { lockPrimary } from "#lib/outputs/lock-paths.ts";
import { PREVIOUS_NAME, STAGED_NAME, type Store, StoreMissingError } from "#lib/storage/store.ts";
import { hashStream } from "#lib/storage/hash-file.ts";

/**
 * The undo journal of publishing. It is the first file of an attempt's folder and says which bytes the attempt is about
 * to put under the primary's name; it goes once the manifest is committed. So a folder with a journal has not been
 * committed, and what it did to the primary can be taken back.
 */
export const JOURNAL_NAME = ".publish.json";

const journalSchema = z.object({
  jobId: z.string(),
  fence: z.int(),
  primary: z.object({ path: z.string(), sizeBytes: z.int(), sha256: z.string() }),
});
export type PublishJournal = z.infer<typeof journalSchema>;

/** A replaced result's segments stay this long: somebody may be playing them from the old playlist. */
const SUPERSEDED_MS = 3_600_000;

/** A bucket copies a large primary back byte by byte; only who wants this very name waits for it. */
const RESTORE_LIMIT_MS = 300_000;

export type RecoverableJob = { id: string; primaryPath: string; manifest: Manifest | null };

/**
 * Makes the store agree with the database for one job: takes back what attempts did that died between replacing the
 * primary and committing its manifest, and removes the folders of all attempts that the manifest does not name.
 * `liveFence`: attempts with this fence or a later one are left alone. Only while no other attempt can publish: after a
 * claim by its owner, or under the task's row lock.
 */
export async function recoverAttempts(store: Store, job: RecoverableJob, liveFence: number): Promise<void> {
  const parent = dirname(job.primaryPath) === "." ? "" : dirname(job.primaryPath);
  const stemmed = basename(job.primaryPath);
  for (const name of await store.listFolders(parent)) {
    const fence = fenceOfFolder(name, stemmed, job.id);
    if (fence === null || fence >= liveFence) continue;
    const folder = parent === "" ? name : `${parent}/${name}`;
    const journal = await readJournal(store, folder);
    if (fence === job.manifest?.fence) {
      await forgetJournal(store, folder);
    } else if (journal !== null) {
      await undoPrimary(store, folder, journal, job.manifest);
      await store.deleteFolder(folder);
    } else if (job.manifest === null || (await isOld(store, folder))) {
      await store.deleteFolder(folder);
    }
  }
}

/** Removes the protocol's own files from a committed attempt's folder, and the folder when nothing is left. */
export async function forgetJournal(store: Store, folder: string): Promise<void> {
  // The journal last: without it, what remains would count as committed.
  for (const name of [STAGED_NAME, PREVIOUS_NAME, JOURNAL_NAME]) await store.delete(`${folder}/${name}`);
}

export async function writeJournal(store: Store, folder: string, journal: PublishJournal): Promise<void> {
  await store.putBytes(`${folder}/${JOURNAL_NAME}`, Buffer.from(JSON.stringify(journal)), "application/json");
}

/** If the bytes under the primary's name are this attempt's, puts back what was there before, or removes them. */
async function undoPrimary(
  store: Store,
  folder: string,
  journal: PublishJournal,
  committed: Manifest | null,
): Promise<void> {
  const { path, sizeBytes, sha256 } = journal.primary;
  if (committed?.primary.path === path && committed.primary.sha256 === sha256) return;
  const found = await store.head(path);
  if (found === null || found.sizeBytes !== sizeBytes) return;
  const hashes = await hashStream(await store.read(path));
  if (hashes.sha256 !== sha256) return;
  await db().$transaction(
    async (tx) => {
      await lockPrimary(tx, journal.jobId, path);
      // Reading took its time, without the lock.
      const now = await store.head(path);
      if (now?.version !== found.version || (await isCommittedByAnother(tx, journal))) return;
      const isRestored = await store.restorePrimary(path, folder);
      if (!isRestored) await store.delete(path);
      logger("publish").info(
        { path, fence: journal.fence, isRestored },
        "took back a primary that was never committed",
      );
    },
    { timeout: RESTORE_LIMIT_MS },
  );
}

/** Whether another job has committed these very bytes under this name. */
async function isCommittedByAnother(tx: Tx, { jobId, primary }: PublishJournal): Promise<boolean> {
  const job = await tx.job.findUnique({
    where: { id: jobId },
    select: { projectId: true, task: { select: { outputId: true } } },
  });
  if (job === null) return false;
  const others = await tx.job.findMany({
    where: {
      id: { not: jobId },
      projectId: job.projectId,
      primaryPath: primary.path,
      status: "succeeded",
      replacedAt: null,
      task: { outputId: job.task.outputId },
    },
    select: { manifest: true },
  });
  return others.some(
    ({ manifest }) => manifestSchema.nullable().parse(manifest)?.primary.sha256 === primary.sha256,
  );
}

async function readJournal(store: Store, folder: string): Promise<PublishJournal | null> {
  try {
    const pieces: Buffer[] = [];
    for await (const piece of await store.read(`${folder}/${JOURNAL_NAME}`)) pieces.push(piece as Buffer);
    return journalSchema.parse(JSON.parse(Buffer.concat(pieces).toString("utf8")));
  } catch (error) {
    if (error instanceof StoreMissingError) return null;
    throw error;
  }
}

async function isOld(store: Store, folder: string): Promise<boolean> {
  for await (const file of store.list(folder)) {
    if (Date.now() - file.modifiedAt.getTime() < SUPERSEDED_MS) return false;
  }
  return true;
}
