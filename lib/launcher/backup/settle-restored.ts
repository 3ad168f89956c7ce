import { stat } from "node:fs/promises";
import path from "node:path";

import { db } from "#lib/db/client.ts";
import { renderVisionularCallback } from "#lib/dialects/visionular/callback.ts";
import { getEnv, uploadsDir } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { manifestFiles, manifestSchema } from "#lib/jobs/manifest.ts";
import { enqueueTask, PROBE_QUEUE, startBoss, stopBoss, TASK_QUEUE } from "#lib/queue/boss.ts";
import { openStore, STORABLE_OUTPUT, type StorableOutput } from "#lib/storage/open-store.ts";
import type { Store } from "#lib/storage/store.ts";
import { recordTaskEvent } from "#lib/tasks/events.ts";
import { deriveTaskStatus } from "#lib/tasks/status.ts";
import { removeUpload } from "#lib/uploads/remove-upload.ts";
import { UploadFiles } from "#lib/uploads/upload-files.ts";
import { registerCallbackBody } from "#lib/webhooks/callback-bodies.ts";

/** The old installation may have gone on after the backup, under these numbers: folders of its attempts are named after them. */
const FENCE_STEP = 1_000;
const BATCH = 500;

export type RestoreReport = {
  /** Tasks that ran or waited when the backup was taken. */
  queuedAgain: number;
  /** Deliveries that had not arrived: they may have since, so they wait for a person. */
  heldDeliveries: number;
  publishedFiles: number;
  /** `Output: path`, with what is wrong. */
  missing: string[];
  /** Names of uploads whose bytes are gone. */
  missingUploads: string[];
  /** Of those, files in Outputs that are no folder of this machine: nobody looked. */
  unchecked: number;
};

/**
 * Brings a restored database into a state that a start can go on from. Uses {@link getEnv}'s settings: the new ones.
 * `oldDataDir`: DATA_DIR when the backup was taken; local Outputs inside of it move along.
 */
export async function settleRestored(oldDataDir: string): Promise<RestoreReport> {
  // A task that fails here (its upload is lost) owes its callback in its dialect's words.
  registerCallbackBody("visionular", renderVisionularCallback);
  await moveOutputs(oldDataDir);
  await db().worker.updateMany({
    where: { state: { not: "offline" } },
    data: { state: "offline", stoppedAt: new Date() },
  });
  await db().probe.deleteMany({});
  await startBoss();
  try {
    const queuedAgain = await queueAgain();
    const heldDeliveries = await holdDeliveries();
    const missingUploads = await removeLostUploads();
    return { queuedAgain, heldDeliveries, missingUploads, ...(await lookForFiles()) };
  } finally {
    await stopBoss();
  }
}

/** Outputs that lay in the old DATA_DIR lie in the new one, unless OUTPUT_ROOTS still holds their folder. */
async function moveOutputs(oldDataDir: string): Promise<void> {
  const { dataDir, outputRoots } = getEnv();
  const outputs = await db().output.findMany({ where: { type: "local", folder: { not: null } } });
  for (const { id, folder } of outputs) {
    if (folder === null || outputRoots.some((root) => isInside(root, folder))) continue;
    if (!isInside(oldDataDir, folder)) continue;
    const moved = path.join(dataDir, path.relative(oldDataDir, folder));
    await db().output.update({ where: { id }, data: { folder: moved } });
  }
}

/** Every task that ran or waited gets a new unit; its workers are of another time. */
async function queueAgain(): Promise<number> {
  await db().$executeRaw`DELETE FROM pgboss.job WHERE name IN (${TASK_QUEUE}, ${PROBE_QUEUE})`;
  const open = await db().task.findMany({
    where: {
      status: { in: ["queued", "running"] },
      OR: [{ waitingFor: null }, { waitingFor: { not: "upload" } }],
    },
    select: { id: true, priority: true, status: true },
    orderBy: { queuedAt: "asc" },
  });
  for (const task of open) {
    await db().$transaction(async (tx) => {
      const running = { taskId: task.id, status: "running" } as const;
      await tx.jobProgress.deleteMany({ where: { job: { taskId: task.id } } });
      await tx.job.updateMany({ where: running, data: { status: "queued", startedAt: null } });
      const jobs = await tx.job.findMany({ where: { taskId: task.id }, select: { status: true } });
      await tx.task.update({
        where: { id: task.id },
        data: {
          status: deriveTaskStatus(jobs.map((job) => job.status)),
          phase: null,
          waitingFor: null,
          workerId: null,
          fence: { increment: FENCE_STEP },
          unitId: await enqueueTask(tx, task),
        },
      });
      if (task.status === "running") await recordTaskEvent(tx, task.id, "returned", { reason: "restored" });
    });
  }
  return open.length;
}

async function holdDeliveries(): Promise<number> {
  const { count } = await db().webhookDelivery.updateMany({
    where: { state: { in: ["pending", "failed"] } },
    data: {
      state: "dead",
      nextAttemptAt: null,
      claimedUntil: null,
      lastError: "restored",
      settledAt: new Date(),
      fence: { increment: 1 },
    },
  });
  return count;
}

async function removeLostUploads(): Promise<string[]> {
  const uploads = await db().upload.findMany({
    where: { state: { not: "removed" } },
    select: { id: true, name: true },
  });
  const files = new UploadFiles(uploadsDir(getEnv()));
  const lost: string[] = [];
  for (const { id, name } of uploads) {
    if ((await files.findSize(id)) !== null) continue;
    lost.push(name);
    await removeUpload(id);
  }
  return lost;
}

/** Compares names and sizes of everything that was published into local Outputs with what is there. */
async function lookForFiles(): Promise<Pick<RestoreReport, "publishedFiles" | "missing" | "unchecked">> {
  const report = { publishedFiles: 0, missing: [] as string[], unchecked: 0 };
  let after: string | undefined;
  for (;;) {
    const jobs = await db().job.findMany({
      where: { replacedAt: null, status: "succeeded", ...(after === undefined ? {} : { id: { gt: after } }) },
      select: { id: true, manifest: true, task: { select: { output: { select: STORABLE_OUTPUT } } } },
      orderBy: { id: "asc" },
      take: BATCH,
    });
    if (jobs.length === 0) return report;
    after = jobs.at(-1)?.id;
    for (const { manifest: stored, task } of jobs) {
      const manifest = manifestSchema.nullable().parse(stored);
      if (manifest === null) continue;
      for (const file of manifestFiles(manifest)) {
        report.publishedFiles += 1;
        const problem = await problemOf(task.output, file);
        if (problem === "unchecked") report.unchecked += 1;
        else if (problem !== null) report.missing.push(`${task.output.name}: ${file.path} (${problem})`);
      }
    }
  }
}

async function problemOf(
  output: StorableOutput,
  file: { path: string; sizeBytes: number },
): Promise<string | null> {
  if (output.type !== "local" || output.folder === null) return "unchecked";
  if (!(await isFolder(output.folder))) return "missing";
  const store = openLocal(output);
  if (store === null) return "its folder lies outside of OUTPUT_ROOTS";
  const found = await store.head(file.path);
  if (found === null) return "missing";
  return found.sizeBytes === file.sizeBytes ? null : `${found.sizeBytes} instead of ${file.sizeBytes} bytes`;
}

function openLocal(output: StorableOutput): Store | null {
  try {
    return openStore(output);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function isInside(root: string, folder: string): boolean {
  const way = path.relative(root, folder);
  return !way.startsWith("..") && !path.isAbsolute(way);
}
