import { execFile } from "node:child_process";
import { mkdir, rm, statfs } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { getEnv, workDir } from "#lib/env.ts";
import { showId } from "#lib/ids.ts";
import { manifestSchema } from "#lib/jobs/manifest.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { cancelTask } from "#lib/tasks/cancel-task.ts";
import { getTask } from "#lib/tasks/get-task.ts";
import {
  filesBelow,
  getTaskRow,
  makeClip,
  makeScene,
  makeTask,
  type Scene,
  serveFile,
  startWorker,
  waitForTask,
  type WorkerHandle,
} from "#lib/worker/worker-fixture.ts";
import { assertOnlyManifests, isEncoding, mp4, slow } from "#lib/worker/worker-scenarios.ts";

const run = promisify(execFile);
const LIMIT = 150_000;
const MIB = 1024 ** 2;
/** Small disks are file systems in memory, which only root can mount. */
const canMount = process.getuid?.() === 0;

let clip: { url: string; close: () => void };
const workers: WorkerHandle[] = [];
const mounts: string[] = [];

beforeAll(async () => {
  clip = await serveFile(await makeClip(path.join(getEnv().dataDir, "clip.mp4"), 40, "640x360"));
}, 60_000);

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.end("SIGKILL")));
  for (const folder of mounts.splice(0)) await run("umount", ["-l", folder]);
});

afterAll(async () => {
  clip.close();
  await stopBoss();
});

async function worker(): Promise<void> {
  workers.push(await startWorker());
}

/** A disk of this size in place of a folder. */
async function mountDisk(folder: string, mib: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await run("mount", ["-t", "tmpfs", "-o", `size=${mib}m,mode=755`, "tmpfs", folder]);
  mounts.push(folder);
}

/** Fills a disk until this much is left; what it returns empties it again. */
async function fill(folder: string, leftBytes: number): Promise<() => Promise<void>> {
  const file = path.join(folder, "filler");
  for (let attempts = 1; ; attempts++) {
    const { bavail, bsize } = await statfs(folder);
    try {
      await run("fallocate", ["-l", String(bavail * bsize - Math.round(leftBytes)), file]);
      return () => rm(file);
    } catch (error) {
      // An encoder that runs took some of it in between.
      if (attempts >= 20) throw error;
      await rm(file, { force: true });
    }
  }
}

/** The queue's delay is over. */
const hurry = (taskId: string) =>
  db()
    .$executeRaw`UPDATE pgboss.job SET start_after = now() WHERE data ->> 'taskId' = ${taskId} AND state < 'active'`;

const start = (scene: Scene, job = mp4()) =>
  makeTask(scene, { source: { type: "url", url: clip.url }, jobs: [job] });

const view = (scene: Scene, taskId: string) => {
  const ctx: Ctx = {
    projectId: scene.projectId,
    actor: { kind: "key", id: scene.projectId, name: "test" },
    role: "operator",
    trigger: "api",
  };
  return {
    get: () => getTask(ctx, showId("task", taskId)),
    cancel: () => cancelTask(ctx, showId("task", taskId)),
  };
};

const encodes = (taskId: string) =>
  db().taskLog.count({ where: { taskId, level: "command", text: { contains: "libx264" } } });

describe.runIf(canMount)("a worker on a disk that is full", () => {
  test(
    "does not encode for an Output without space; the task waits longer each time, and runs once there is some",
    { timeout: LIMIT },
    async () => {
      const scene = await makeScene("full-output");
      await mountDisk(scene.folder, 32);
      const empty = await fill(scene.folder, 300_000);
      const { taskId } = await start(scene);
      await worker();
      const delays = [];
      for (let wait = 1; wait <= 3; wait++) {
        const row = await waitForTask(
          taskId,
          ({ waitingFor, events }) =>
            waitingFor === "disk" && events.filter(({ type }) => type === "returned").length === wait,
        );
        expect(row).toMatchObject({
          status: "queued",
          attempt: 0,
          toolDeaths: 0,
          workerLosses: 0,
          errorCode: "WORKER_DISK_FULL",
          errorParams: { worker: "media", need: "2.3 MB", free: "299.0 kB" },
          jobs: [{ status: "queued", attempt: 0 }],
        });
        delays.push((row.events.at(-1)?.data as { delaySeconds: number }).delaySeconds);
        if (wait < 3) await hurry(taskId);
      }
      expect(delays).toEqual([60, 120, 240]);
      const shown = await view(scene, taskId).get();
      expect(shown).toMatchObject({ waitingFor: "disk", failure: { code: "WORKER_DISK_FULL" } });
      expect(shown.failure?.message).toMatch(/needs about 2\.3 MB; media has 299\.0 kB\. Free some space/);
      expect(await encodes(taskId)).toBe(0);
      await empty();
      await hurry(taskId);
      const row = await waitForTask(taskId);
      expect(row).toMatchObject({ status: "succeeded", attempt: 1, waitingFor: null, errorCode: null });
      await assertOnlyManifests(
        scene,
        row.jobs.map((job) => manifestSchema.parse(job.manifest)),
      );
    },
  );

  test(
    "keeps what it has encoded while the Output is full, and publishes it when there is space",
    { timeout: LIMIT },
    async () => {
      const scene = await makeScene("full-at-publish");
      await mountDisk(scene.folder, 32);
      const { taskId } = await start(scene);
      const empty = await fill(scene.folder, 2.4 * MIB);
      await worker();
      const waiting = await waitForTask(taskId, ({ waitingFor }) => waitingFor === "disk");
      expect(waiting).toMatchObject({
        status: "running",
        phase: "publishing",
        errorCode: "WORKER_DISK_FULL",
      });
      expect(waiting.errorParams).toMatchObject({
        worker: "media",
        need: expect.stringMatching(/ MB$/) as string,
      });
      expect(await filesBelow(scene.folder)).toEqual(["filler"]);
      await empty();
      const row = await waitForTask(taskId);
      expect(row).toMatchObject({
        status: "succeeded",
        attempt: 1,
        fence: 1,
        waitingFor: null,
        errorCode: null,
        errorParams: null,
      });
      expect(await encodes(taskId)).toBe(1);
      await assertOnlyManifests(
        scene,
        row.jobs.map((job) => manifestSchema.parse(job.manifest)),
      );
    },
  );

  test("lets go of a task that is canceled while it waits for space", { timeout: LIMIT }, async () => {
    const scene = await makeScene("canceled-at-publish");
    await mountDisk(scene.folder, 32);
    const { taskId } = await start(scene);
    const empty = await fill(scene.folder, 2.4 * MIB);
    await worker();
    const waiting = await waitForTask(taskId, ({ waitingFor }) => waitingFor === "disk");
    expect(waiting.phase).toBe("publishing");
    await view(scene, taskId).cancel();
    const row = await waitForTask(taskId);
    expect(row).toMatchObject({ status: "canceled", waitingFor: null });
    await empty();
    expect(await filesBelow(scene.folder)).toEqual([]);
    expect((await view(scene, taskId).get()).failure).toBeNull();
  });

  test(
    "whose work folder fills up under the encoder gives the task back with figures, and pauses until there is space",
    { timeout: LIMIT },
    async () => {
      const scene = await makeScene("full-work");
      await mountDisk(workDir(getEnv()), 1200);
      const { taskId } = await start(scene, slow());
      await worker();
      await waitForTask(taskId, isEncoding);
      const empty = await fill(workDir(getEnv()), 0);
      const row = await waitForTask(taskId, ({ waitingFor }) => waitingFor === "disk");
      expect(row).toMatchObject({ status: "queued", attempt: 0, toolDeaths: 0, jobs: [{ attempt: 0 }] });
      expect(row.errorParams).toMatchObject({
        need: expect.stringMatching(/^28\d\.\d MB$/) as string,
        free: expect.any(String) as string,
      });
      const state = async () => (await db().worker.findFirst({ where: { state: "paused" } }))?.state;
      await expect.poll(state, { timeout: 15_000 }).toBe("paused");
      await hurry(taskId);
      await db().job.updateMany({ where: { taskId }, data: { spec: mp4().spec } });
      await empty();
      expect(await waitForTask(taskId)).toMatchObject({ status: "succeeded", attempt: 1 });
      expect((await getTaskRow(taskId)).waitingFor).toBeNull();
    },
  );
});
