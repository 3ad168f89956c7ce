import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { db } from "#lib/db/client.ts";
import { getEnv, uploadsDir } from "#lib/env.ts";
import type { Failure, FailureCode, FailureParams } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import { predefined, produce, realTools } from "#lib/media/test-pipeline.ts";
import { verifyJob } from "#lib/media/verify-job.ts";
import { openStore } from "#lib/storage/open-store.ts";
import { sealS3Credentials } from "#lib/storage/s3-credentials.ts";
import { sweep } from "#lib/worker/sweep.ts";
import { failureFrom, type ToolRow } from "#lib/worker/test-failure-tools.ts";
import { makeScene, makeTask, waitForTask } from "#lib/worker/worker-fixture.ts";

/** Nobody listens there. */
const CLOSED_ENDPOINT = "http://127.0.0.1:9";

/** What an Output, a worker's death or a user who never comes back does to a task; provoked by failure-table.db.test.ts. */

const JOB = { template: "System", spec: predefined("System_MP4_H264"), primaryPath: "a/video.mp4" };

async function told(taskId: string): Promise<Failure> {
  const row = await waitForTask(taskId);
  const [job] = row.jobs;
  return {
    code: (job?.errorCode ?? row.errorCode ?? row.status) as FailureCode,
    params: (job?.errorParams ?? row.errorParams ?? {}) as FailureParams,
    evidence: job?.evidence ?? [],
    retryable: row.events.some(
      (event) => event.type === "returned" && JSON.stringify(event.data).includes("code"),
    ),
  };
}

async function deniedBy(
  name: string,
  change: (folder: string) => Promise<string>,
  source: string,
): Promise<Failure> {
  const scene = await makeScene(name);
  const folder = await change(scene.folder);
  await db().output.update({ where: { id: scene.outputId }, data: { folder } });
  const { taskId } = await makeTask(scene, { source: { type: "url", url: source }, jobs: [JOB] });
  return told(taskId);
}

export const RECORD_ROWS: readonly ToolRow[] = [
  {
    what: "the Output's folder lies outside of OUTPUT_ROOTS",
    code: "OUTPUT_DENIED",
    isRetried: false,
    says: /OUTPUT_ROOTS/,
    provoke: (_, url) => deniedBy("outside", async () => path.join(getEnv().dataDir, "elsewhere"), url),
  },
  {
    what: "the Output's folder is a file",
    code: "OUTPUT_DENIED",
    isRetried: false,
    provoke: (_, url) =>
      deniedBy(
        "no-folder",
        async (folder) => {
          rmSync(folder, { recursive: true });
          writeFileSync(folder, "");
          return folder;
        },
        url,
      ),
  },
  {
    what: "the Output's server does not answer",
    code: "OUTPUT_UNREACHABLE",
    isRetried: true,
    says: /media/,
    provoke: async () => {
      const id = newId();
      const keys = { accessKeyId: "key", secretAccessKey: "a secret of the tests" };
      const place = { folder: null, prefix: "", endpoint: CLOSED_ENDPOINT, region: "", bucket: "media" };
      const row = { id, name: "media", type: "s3" as const, ...place, forcePathStyle: true };
      const env = { outputRoots: [], allowedPrivateCidrs: ["127.0.0.1/32"] };
      const credentialsEncrypted = sealS3Credentials(id, keys);
      const store = openStore({ ...row, credentialsEncrypted }, env, { patienceMs: 0 });
      return failureFrom(() => store.putBytes("a/video.mp4", Buffer.from("a film"), "video/mp4"));
    },
  },
  {
    what: "a published file is not what was encoded",
    code: "OUTPUT_VERIFICATION_FAILED",
    isRetried: false,
    isWithoutEvidence: true,
    provoke: async (clips) => {
      const source = clips.plain("verify.mp4", { size: "320x180" });
      const done = await produce(source, predefined("System_HLS_H264"), clips.path("work-verify"));
      const lost = done.packaged.files.find((file) => file.path !== done.packaged.primary)?.path ?? "";
      rmSync(path.join(done.dir, lost));
      const { tools } = await realTools();
      return failureFrom(() => verifyJob(done.plan, done.packaged, { dir: done.dir, tools }));
    },
  },
  {
    what: "the tenth worker in a row is lost with the task",
    code: "WORKER_LOST",
    isRetried: false,
    isWithoutEvidence: true,
    says: /10 attempts/,
    provoke: async (_, url) => {
      const scene = await makeScene("lost");
      const workerId = newId();
      await db().worker.create({
        data: {
          id: workerId,
          name: "dead",
          host: "gone",
          pid: 1,
          slots: 1,
          version: "0",
          capabilities: {},
          sandboxTier: "D",
          state: "offline",
        },
      });
      const { taskId } = await makeTask(scene, {
        source: { type: "url", url },
        jobs: [JOB],
        lost: { workerId, losses: 9 },
      });
      return told(taskId);
    },
  },
  {
    what: "an upload stands still for a day",
    code: "UPLOAD_ABANDONED",
    isRetried: false,
    isWithoutEvidence: true,
    says: /half\.mp4 .*50 %/,
    provoke: async () => {
      const scene = await makeScene("abandoned");
      const uploadId = newId();
      mkdirSync(uploadsDir(getEnv()), { recursive: true });
      writeFileSync(path.join(uploadsDir(getEnv()), uploadId), "half");
      await db().upload.create({
        data: {
          id: uploadId,
          projectId: scene.projectId,
          name: "half.mp4",
          sizeBytes: 8,
          offsetBytes: 4,
          expiresAt: new Date(Date.now() - 1000),
        },
      });
      const { taskId } = await makeTask(scene, {
        source: { type: "upload", uploadId },
        jobs: [JOB],
        waitsForUpload: uploadId,
      });
      await sweep(getEnv());
      return told(taskId);
    },
  },
];
