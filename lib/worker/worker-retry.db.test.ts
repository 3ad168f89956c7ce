import { stat, writeFile } from "node:fs/promises";
import path from "node:path";

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { newId, showId } from "#lib/ids.ts";
import { manifestFiles, manifestSchema } from "#lib/jobs/manifest.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { retryTask } from "#lib/tasks/retry-task.ts";
import { hashFile } from "#lib/storage/hash-file.ts";
import {
  makeClip,
  makeScene,
  makeTask,
  serveFile,
  startWorker,
  waitForTask,
  type Scene,
  type WorkerHandle,
} from "#lib/worker/worker-fixture.ts";
import { assertOnlyManifests, hls, mp4 } from "#lib/worker/worker-scenarios.ts";

const LIMIT = 120_000;

let file: string;
let clip: { url: string; close: () => void };
const workers: WorkerHandle[] = [];

beforeAll(async () => {
  file = await makeClip(path.join(getEnv().dataDir, "clip.mp4"), 2);
  clip = await serveFile(file);
}, 60_000);

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.end("SIGKILL")));
});

afterAll(async () => {
  clip.close();
  await stopBoss();
});

const operator = (scene: Scene): Ctx => ({
  projectId: scene.projectId,
  actor: { kind: "user", id: newId(), name: "Ada" },
  role: "operator",
  trigger: "console",
});

/** Paths, hashes and times of all files that a job has published. */
async function publishedFiles(scene: Scene, manifest: unknown) {
  const files = manifestFiles(manifestSchema.parse(manifest));
  return Promise.all(
    files.map(async ({ path: name }) => {
      const full = path.join(scene.folder, name);
      const [{ sha256, md5 }, { mtimeNs, ino }] = await Promise.all([
        hashFile(full),
        stat(full, { bigint: true }),
      ]);
      return { name, sha256, md5, mtimeNs, ino };
    }),
  );
}

test(
  "one failed job of three runs again; the files of the others keep their bytes, times and inodes",
  { timeout: LIMIT },
  async () => {
    const scene = await makeScene("retry-one");
    // A folder where the file is to be: the job cannot be published.
    const blocked = { ...mp4(), template: "Blocked", primaryPath: "taken/clip.mp4" };
    await writeFile(path.join(scene.folder, "taken"), "a file where a folder is needed");
    const { taskId } = await makeTask(scene, {
      source: { type: "url", url: clip.url },
      jobs: [mp4(), blocked, hls()],
    });
    workers.push(await startWorker());
    const before = await waitForTask(taskId);
    expect(before.jobs.map((job) => job.status)).toEqual(["succeeded", "failed", "succeeded"]);
    expect(before.status).toBe("partial");
    const kept = [before.jobs[0], before.jobs[2]];
    const files = await Promise.all(kept.map((job) => publishedFiles(scene, job?.manifest)));
    expect(files.flat().length).toBeGreaterThan(4);

    await db().job.update({
      where: { id: before.jobs[1]?.id ?? "" },
      data: { primaryPath: "free/clip.mp4" },
    });
    await retryTask(operator(scene), showId("task", taskId));
    const after = await waitForTask(taskId);
    expect(after).toMatchObject({ status: "succeeded", errorCode: null });
    expect(after.attempt).toBe(before.attempt + 1);
    expect(after.jobs.map((job) => job.status)).toEqual(["succeeded", "succeeded", "succeeded"]);
    expect([after.jobs[0], after.jobs[2]]).toEqual(kept);
    expect(after.jobs[1]?.attempt).toBe((before.jobs[1]?.attempt ?? 0) + 1);
    expect(await Promise.all(kept.map((job) => publishedFiles(scene, job?.manifest)))).toEqual(files);
    const finished = after.events.filter((event) => event.type === "job_succeeded");
    expect(finished.map((event) => (event.data as { template: string }).template)).toEqual([
      "System_MP4_H264",
      "System_HLS_H264",
      "Blocked",
    ]);
  },
);

test("a task whose jobs have all failed runs again as a whole", { timeout: LIMIT }, async () => {
  const scene = await makeScene("retry-all");
  const { taskId } = await makeTask(scene, {
    source: { type: "url", url: clip.url },
    jobs: [mp4(), hls()],
  });
  await writeFile(file, "<!doctype html><title>Not yet</title>");
  workers.push(await startWorker());
  const failed = await waitForTask(taskId);
  expect(failed).toMatchObject({ status: "failed", errorCode: "INPUT_NOT_MEDIA" });

  await makeClip(file, 2);
  await retryTask(operator(scene), showId("task", taskId));
  const after = await waitForTask(taskId);
  expect(after).toMatchObject({ status: "succeeded", attempt: 2, errorCode: null });
  expect(after.jobs.map((job) => [job.status, job.attempt, job.errorCode])).toEqual([
    ["succeeded", 2, null],
    ["succeeded", 2, null],
  ]);
  await assertOnlyManifests(
    scene,
    after.jobs.map((job) => manifestSchema.parse(job.manifest)),
  );
});
