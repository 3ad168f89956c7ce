import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv, workDir } from "#lib/env.ts";
import { manifestSchema } from "#lib/jobs/manifest.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import {
  encodersOf,
  filesBelow,
  getTaskRow,
  makeClip,
  makeScene,
  makeTask,
  processesWith,
  serveFile,
  startWorker,
  waitForTask,
  type WorkerHandle,
} from "#lib/worker/worker-fixture.ts";
import { assertOnlyManifests, hls, isEncoding, mp4, slow } from "#lib/worker/worker-scenarios.ts";

const LIMIT = 150_000;
/** A work folder is removed after its task is settled. */
const TIDYING = { timeout: 10_000 };

let clip: { url: string; close: () => void };
let longClip: { url: string; close: () => void };
const workers: WorkerHandle[] = [];

beforeAll(async () => {
  const { dataDir } = getEnv();
  clip = await serveFile(await makeClip(path.join(dataDir, "clip.mp4"), 2));
  longClip = await serveFile(await makeClip(path.join(dataDir, "long.mp4"), 60, "640x360"));
}, 60_000);

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.end("SIGKILL")));
});

afterAll(async () => {
  clip.close();
  longClip.close();
  await stopBoss();
});

async function worker(settings: Record<string, string> = {}): Promise<WorkerHandle> {
  const started = await startWorker(settings);
  workers.push(started);
  return started;
}

describe("a worker process that is disturbed", () => {
  test(
    "killed twice while its ffmpeg runs, the task ends well, with one manifest and no stray file",
    { timeout: LIMIT },
    async () => {
      const scene = await makeScene("killed");
      const { taskId } = await makeTask(scene, {
        source: { type: "url", url: longClip.url },
        jobs: [slow()],
      });
      for (let death = 0; death < 2; death++) {
        const victim = await worker();
        await waitForTask(taskId, (row) => row.attempt === death + 1 && isEncoding(row));
        await victim.end("SIGKILL");
        await sleep(1_000);
        expect(
          (await processesWith(getEnv().dataDir)).filter((command) => command.includes("ffmpeg")),
        ).toEqual([]);
      }
      // The rest goes faster: what is tested is the takeover.
      const spec = { ...mp4().spec };
      await db().job.updateMany({ where: { taskId }, data: { spec } });
      await worker();
      const row = await waitForTask(taskId);
      expect(row).toMatchObject({
        status: "succeeded",
        attempt: 3,
        fence: 3,
        workerLosses: 2,
        toolDeaths: 0,
      });
      await assertOnlyManifests(
        scene,
        row.jobs.map((job) => manifestSchema.parse(job.manifest)),
      );
      await expect.poll(() => filesBelow(workDir(getEnv())), TIDYING).toEqual([]);
      expect(
        await db().worker.count({
          where: { state: "online", heartbeatAt: { gt: new Date(Date.now() - 10_000) } },
        }),
      ).toBe(1);
    },
  );

  test(
    "frozen until another worker has finished the task, it wakes up, writes nothing and goes on",
    { timeout: LIMIT },
    async () => {
      const scene = await makeScene("frozen");
      const { taskId } = await makeTask(scene, {
        source: { type: "url", url: longClip.url },
        jobs: [slow()],
      });
      const frozen = await worker();
      await waitForTask(taskId, isEncoding);
      frozen.child.kill("SIGSTOP");
      await db().job.updateMany({ where: { taskId }, data: { spec: mp4().spec } });
      const other = await worker();
      const row = await waitForTask(taskId);
      expect(row).toMatchObject({ status: "succeeded", fence: 2, workerLosses: 1 });
      frozen.child.kill("SIGCONT");
      expect(await other.end("SIGTERM")).toBe(0);
      // The woken one takes the next task: it has dropped the old one.
      const next = await makeTask(scene, { source: { type: "url", url: clip.url }, jobs: [hls()] });
      const nextRow = await waitForTask(next.taskId);
      expect(nextRow.status).toBe("succeeded");
      expect(await getTaskRow(taskId)).toEqual(row);
      await assertOnlyManifests(
        scene,
        [...row.jobs, ...nextRow.jobs].map((job) => manifestSchema.parse(job.manifest)),
      );
      expect(await frozen.end("SIGTERM")).toBe(0);
      expect(await filesBelow(workDir(getEnv()))).toEqual([]);
    },
  );

  test(
    "its encoder hangs: it is killed, the run counts as a death of the tool, and the next one ends well",
    { timeout: LIMIT },
    async () => {
      const scene = await makeScene("hung");
      const { taskId } = await makeTask(scene, {
        source: { type: "url", url: longClip.url },
        jobs: [slow()],
      });
      await worker({ FAULT_DRILL: "1", FAULT_STALL_SECONDS: "4" });
      await waitForTask(taskId, isEncoding);
      const hung = await encodersOf(getEnv().dataDir);
      expect(hung).toHaveLength(1);
      for (const pid of hung) process.kill(pid, "SIGSTOP");
      const returned = await waitForTask(taskId, (row) => row.status === "queued");
      expect(returned).toMatchObject({ toolDeaths: 1, workerLosses: 0 });
      expect(returned.events.at(-1)).toMatchObject({ type: "returned", data: { code: "TASK_STALLED" } });
      expect(await encodersOf(getEnv().dataDir)).toEqual([]);
      await db().job.updateMany({ where: { taskId }, data: { spec: mp4().spec } });
      const row = await waitForTask(taskId);
      expect(row).toMatchObject({ status: "succeeded", attempt: 2, toolDeaths: 1 });
      await assertOnlyManifests(
        scene,
        row.jobs.map((job) => manifestSchema.parse(job.manifest)),
      );
    },
  );

  test("its settings name a fault of a drill without the drill's flag: it does not start", async () => {
    await expect(worker({ FAULT_POINT: "claimed" })).rejects.toThrow("Remove them from the environment");
  });

  test(
    "its database connections cut while ffmpeg runs, it goes on to the end",
    { timeout: LIMIT },
    async () => {
      const scene = await makeScene("cut-off");
      const { taskId } = await makeTask(scene, { source: { type: "url", url: longClip.url }, jobs: [mp4()] });
      await worker();
      await waitForTask(taskId, (row) => row.phase === "transcoding");
      for (let i = 0; i < 3; i++) {
        await db().$executeRaw`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'vod-console web'`;
        await sleep(200);
      }
      expect(await waitForTask(taskId)).toMatchObject({ status: "succeeded" });
      await expect.poll(() => filesBelow(workDir(getEnv())), TIDYING).toEqual([]);
    },
  );

  test(
    "asked to stop, it gives a running task back unspent, and another worker takes it",
    { timeout: LIMIT },
    async () => {
      const scene = await makeScene("drained");
      const { taskId } = await makeTask(scene, {
        source: { type: "url", url: longClip.url },
        jobs: [slow()],
      });
      const leaving = await worker({ DRAIN_SECONDS: "1" });
      const before = await waitForTask(taskId, isEncoding);
      expect(await leaving.end("SIGTERM")).toBe(0);
      const row = await getTaskRow(taskId);
      expect(row).toMatchObject({
        status: "queued",
        workerId: null,
        attempt: 0,
        workerLosses: 0,
        toolDeaths: 0,
        jobs: [{ status: "queued" }],
      });
      expect(row.unitId).toBe(before.unitId);
      expect(row.events.at(-1)).toMatchObject({ type: "returned", data: { reason: "shutdown" } });
      expect(await filesBelow(workDir(getEnv()))).toEqual([]);
      expect(await filesBelow(scene.folder)).toEqual([]);
      await db().job.updateMany({ where: { taskId }, data: { spec: mp4().spec } });
      await worker();
      expect(await waitForTask(taskId)).toMatchObject({ status: "succeeded", attempt: 1 });
    },
  );

  test(
    "given time to drain, it finishes what it runs and takes nothing new",
    { timeout: LIMIT },
    async () => {
      const scene = await makeScene("finishes");
      const running = await makeTask(scene, { source: { type: "url", url: longClip.url }, jobs: [mp4()] });
      const leaving = await worker({ DRAIN_SECONDS: "60" });
      await waitForTask(running.taskId, (row) => row.status === "running");
      const waiting = await makeTask(scene, { source: { type: "url", url: clip.url }, jobs: [hls()] });
      expect(await leaving.end("SIGTERM")).toBe(0);
      expect((await getTaskRow(running.taskId)).status).toBe("succeeded");
      expect((await getTaskRow(waiting.taskId)).status).toBe("queued");
    },
  );
});
