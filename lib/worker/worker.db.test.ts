import { execFile } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv, workDir } from "#lib/env.ts";
import { manifestFiles, type Manifest, manifestSchema } from "#lib/jobs/manifest.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { notifyCancel } from "#lib/queue/notify.ts";
import { hashFile } from "#lib/worker/hash-file.ts";
import {
  filesBelow,
  getTaskRow,
  makeClip,
  makeScene,
  makeTask,
  predefined,
  processesWith,
  type Scene,
  serveFile,
  startWorker,
  waitForTask,
  type WorkerHandle,
} from "#lib/worker/worker-fixture.ts";

const run = promisify(execFile);
const LIMIT = 150_000;

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

const mp4 = () => ({
  template: "System_MP4_H264",
  spec: predefined("System_MP4_H264"),
  primaryPath: "show/clip.mp4",
});
const hls = () => ({
  template: "System_HLS_H264",
  spec: predefined("System_HLS_H264"),
  primaryPath: "show/50% é #1.m3u8",
});

/** Slow enough, on any machine, to be caught while ffmpeg runs. */
function slow(): { template: string; spec: EncodeSpec; primaryPath: string } {
  const spec = structuredClone(predefined("System_MP4_H264"));
  if (spec.video !== null) spec.video.preset = "veryslow";
  return { template: "Slow", spec, primaryPath: "show/slow.mp4" };
}

const isEncoding = (row: Awaited<ReturnType<typeof getTaskRow>>) =>
  row.phase === "transcoding" && (row.jobs[0]?.progress?.percent ?? 0) > 10;

/** Every file is in a manifest with its true size and hashes, and no other file is in the Output. */
async function assertOnlyManifests(scene: Scene, manifests: Manifest[]): Promise<void> {
  const files = manifests.flatMap(manifestFiles);
  expect(await filesBelow(scene.folder)).toEqual(files.map((file) => file.path).sort());
  for (const file of files) {
    const { sizeBytes, sha256, md5 } = await hashFile(path.join(scene.folder, file.path));
    expect({ path: file.path, sizeBytes, sha256, md5 }).toEqual({
      path: file.path,
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      md5: file.md5,
    });
  }
}

async function decodes(file: string): Promise<number> {
  const { stdout } = await run("ffprobe", [
    "-v",
    "error",
    "-show_entries",
    "format=duration",
    "-of",
    "csv=p=0",
    file,
  ]);
  await run("ffmpeg", ["-v", "error", "-xerror", "-i", file, "-f", "null", "-"]);
  return Number(stdout);
}

describe("a worker process", () => {
  test(
    "takes a task from a URL to verified, published files, from one decode",
    { timeout: LIMIT },
    async () => {
      const scene = await makeScene("success");
      const { taskId } = await makeTask(scene, {
        source: { type: "url", url: clip.url },
        jobs: [mp4(), hls()],
      });
      const { end } = await worker();
      const row = await waitForTask(taskId);
      expect({
        status: row.status,
        code: row.errorCode,
        jobs: row.jobs.map((job) => [job.status, job.errorCode, job.evidence]),
      }).toEqual({
        status: "succeeded",
        code: null,
        jobs: [
          ["succeeded", null, []],
          ["succeeded", null, []],
        ],
      });
      expect(row).toMatchObject({ phase: null, unitId: null, attempt: 1, fence: 1, workerLosses: 0 });
      expect(row.finishedAt).not.toBeNull();
      expect(row.thumbnail?.jpeg.length).toBeGreaterThan(500);
      expect(row.mediaInfo).toMatchObject({ container: "MP4" });
      const manifests = row.jobs.map((job) => manifestSchema.parse(job.manifest));
      expect(manifests.map((manifest) => manifest.primary.path)).toEqual([
        "show/clip.mp4",
        "show/50% é #1.m3u8",
      ]);
      await assertOnlyManifests(scene, manifests);
      for (const manifest of manifests) {
        expect(await decodes(path.join(scene.folder, manifest.primary.path))).toBeCloseTo(2, 0);
      }
      expect(await db().jobProgress.count({ where: { job: { taskId } } })).toBe(0);
      const types = row.events.map((event) => event.type);
      expect(types).toEqual([
        "claimed",
        ...Array<string>(6).fill("phase"),
        "job_succeeded",
        "job_succeeded",
        "succeeded",
      ]);
      const commands = await db().taskLog.findMany({ where: { taskId, level: "command" } });
      expect(commands).toHaveLength(1);
      expect(commands[0]?.text).not.toContain(getEnv().dataDir);
      expect(await filesBelow(workDir(getEnv()))).toEqual([]);
      expect(await end("SIGTERM")).toBe(0);
      const rows = await db().worker.findMany();
      expect(rows).toMatchObject([{ state: "offline" }]);
    },
  );

  test("ends a canceled task within seconds and leaves nothing of it", { timeout: LIMIT }, async () => {
    const scene = await makeScene("cancel");
    const first = await makeTask(scene, { source: { type: "url", url: longClip.url }, jobs: [slow()] });
    await worker();
    await waitForTask(first.taskId, isEncoding);
    expect((await processesWith(getEnv().dataDir)).some((command) => command.includes("ffmpeg"))).toBe(true);
    await db().$transaction(async (tx) => {
      await tx.task.update({ where: { id: first.taskId }, data: { cancelRequestedAt: new Date() } });
      await notifyCancel(tx, first.taskId);
    });
    const asked = Date.now();
    const row = await waitForTask(first.taskId);
    expect(Date.now() - asked).toBeLessThan(4_000);
    expect(row).toMatchObject({
      status: "canceled",
      unitId: null,
      phase: null,
      jobs: [{ status: "canceled", progress: null }],
    });
    await sleep(500);
    expect((await processesWith(getEnv().dataDir)).filter((command) => command.includes("ffmpeg"))).toEqual(
      [],
    );
    expect(await filesBelow(workDir(getEnv()))).toEqual([]);
    expect(await filesBelow(scene.folder)).toEqual([]);
  });

  test("notices a cancellation that no message told it of", { timeout: LIMIT }, async () => {
    const scene = await makeScene("silent-cancel");
    const { taskId } = await makeTask(scene, { source: { type: "url", url: longClip.url }, jobs: [slow()] });
    await worker();
    await waitForTask(taskId, isEncoding);
    await db().task.update({ where: { id: taskId }, data: { cancelRequestedAt: new Date() } });
    expect((await waitForTask(taskId, undefined, 15_000)).status).toBe("canceled");
    expect(await filesBelow(scene.folder)).toEqual([]);
  });

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
      expect(await filesBelow(workDir(getEnv()))).toEqual([]);
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
      expect(await filesBelow(workDir(getEnv()))).toEqual([]);
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

  test("one job's failure costs the other nothing; the task is partly done", { timeout: LIMIT }, async () => {
    const scene = await makeScene("partial");
    const impossible: EncodeSpec = {
      ...predefined("System_MP4_H264"),
      clip: { startSeconds: 100, endSeconds: 110 },
    };
    const { taskId } = await makeTask(scene, {
      source: { type: "url", url: clip.url },
      jobs: [mp4(), { template: "Late", spec: impossible, primaryPath: "show/late.mp4" }],
    });
    await worker();
    const row = await waitForTask(taskId);
    expect(row.status).toBe("partial");
    expect(row.jobs.map((job) => [job.status, job.errorCode])).toEqual([
      ["succeeded", null],
      ["failed", "CLIP_OUT_OF_RANGE"],
    ]);
    const [manifest] = row.jobs.map((job) => job.manifest);
    await assertOnlyManifests(scene, [manifestSchema.parse(manifest)]);
  });
});
