import { execFile } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv, workDir } from "#lib/env.ts";
import { manifestSchema } from "#lib/jobs/manifest.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { notifyCancel } from "#lib/queue/notify.ts";
import {
  filesBelow,
  makeClip,
  makeScene,
  makeTask,
  predefined,
  processesWith,
  serveFile,
  startWorker,
  waitForTask,
  type WorkerHandle,
} from "#lib/worker/worker-fixture.ts";
import { assertOnlyManifests, hls, isEncoding, mp4, slow } from "#lib/worker/worker-scenarios.ts";

const run = promisify(execFile);
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
      await expect.poll(() => filesBelow(workDir(getEnv())), TIDYING).toEqual([]);
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
    await expect.poll(() => filesBelow(workDir(getEnv())), TIDYING).toEqual([]);
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
