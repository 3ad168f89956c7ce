import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import type { VideoSpec } from "#lib/media/encode-spec.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import {
  encodersOf,
  makeClip,
  makeScene,
  makeTask,
  predefined,
  type Scene,
  serveFile,
  startWorker,
  waitForTask,
  type WorkerHandle,
} from "#lib/worker/worker-fixture.ts";
import { mp4, slow } from "#lib/worker/worker-scenarios.ts";

const LIMIT = 150_000;

let clip: { url: string; close: () => void };
const workers: WorkerHandle[] = [];

beforeAll(async () => {
  clip = await serveFile(await makeClip(path.join(getEnv().dataDir, "clip.mp4"), 4, "640x360"));
}, 60_000);

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.end("SIGKILL")));
});

afterAll(async () => {
  clip.close();
  await stopBoss();
});

const worker = async (settings: Record<string, string> = {}) => workers.push(await startWorker(settings));

/** A job of one picture. */
function sized(preset: VideoSpec["preset"], width: number, height: number) {
  const spec = structuredClone(predefined("System_MP4_H264"));
  if (spec.video) {
    spec.video.preset = preset;
    spec.video.renditions = [{ name: "one", width, height, rateControl: { mode: "crf", crf: 30 } }];
  }
  return { template: preset, spec, primaryPath: `show/${preset}.mp4` };
}

/** The encoder commands of a task, oldest first, each as the names of the jobs' files in it. */
async function encodes(taskId: string, jobIds: readonly string[]): Promise<number[][]> {
  const lines = await db().taskLog.findMany({
    where: { taskId, level: "command", text: { contains: "-c:v:0" } },
    orderBy: { id: "asc" },
  });
  return lines.map(({ text }) => jobIds.flatMap((id, index) => (text.includes(id) ? [index] : [])));
}

test(
  "an encoder of two jobs that is killed is run again job by job, and both succeed in the same attempt",
  { timeout: LIMIT },
  async () => {
    const scene: Scene = await makeScene("killed-once");
    const { taskId, jobIds } = await makeTask(scene, {
      source: { type: "url", url: clip.url },
      jobs: [slow(), mp4()],
    });
    await worker();
    await killEncoderOf(jobIds[0] ?? "");
    const row = await waitForTask(taskId);
    expect(row).toMatchObject({ status: "succeeded", attempt: 1, toolDeaths: 0 });
    expect(row.jobs.map((job) => job.status)).toEqual(["succeeded", "succeeded"]);
    expect(await encodes(taskId, jobIds)).toEqual([[0, 1], [0], [1]]);
  },
);

test(
  "a job whose own rendition needs more memory than there is fails alone; the other is published",
  { timeout: LIMIT },
  async () => {
    const scene = await makeScene("one-too-large");
    const large = await serveFile(await makeClip(path.join(getEnv().dataDir, "large.mp4"), 2, "3840x2160"));
    const { taskId, jobIds } = await makeTask(scene, {
      source: { type: "url", url: large.url },
      // Its third death: the job is not tried again.
      spent: { tries: 0, toolDeaths: 2 },
      jobs: [sized("veryslow", 3840, 2160), sized("veryfast", 320, 180)],
    });
    // What the smallest limit leaves one process is 1 GiB of addresses, which x264 has soon spent on 4K frames.
    await worker({ MEMORY_LIMIT_BYTES: String(256 * 1024 ** 2) });
    const row = await waitForTask(taskId);
    expect(row.jobs.map((job) => [job.status, job.errorCode])).toEqual([
      ["failed", "WORKER_OUT_OF_MEMORY"],
      ["succeeded", null],
    ]);
    expect(row.status).toBe("partial");
    expect(row.jobs[0]?.evidence.join(" ")).toMatch(/malloc|memory/i);
    large.close();
    expect(await encodes(taskId, jobIds)).toEqual([[0, 1], [0], [1]]);
  },
);

/** Kills the ffmpeg that writes for this job, once. */
async function killEncoderOf(jobId: string): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    const [pid] = await encodersOf(jobId);
    if (pid !== undefined) {
      process.kill(pid, "SIGKILL");
      return;
    }
    if (Date.now() > until) throw new Error("no encoder was seen");
    await sleep(20);
  }
}
