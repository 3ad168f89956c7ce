import { execFile } from "node:child_process";
import { mkdir, open, readdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv, workDir } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { manifestSchema } from "#lib/jobs/manifest.ts";
import { sweepChunks, taskChunksDir } from "#lib/worker/chunk-store.ts";
import {
  chunkWorkers,
  CHUNKS,
  encodedChunks,
  FRAMES,
  framesOf,
  infoLines,
  keptChunks,
  makeLong,
  startTask,
  vanished,
} from "#lib/worker/test-chunks.ts";
import { encodersOf, filesBelow, getTaskRow, serveFile, waitForTask } from "#lib/worker/worker-fixture.ts";
import { assertOnlyManifests, slow } from "#lib/worker/worker-scenarios.ts";

const run = promisify(execFile);
const LIMIT = 150_000;

let long: { url: string; close: () => void };
let damaged: { url: string; close: () => void };
const worker = chunkWorkers(3);

/** Makes a picture of the second chunk one that no decoder gives a frame for. */
async function blank(file: string): Promise<string> {
  const entries = ["-select_streams", "v", "-show_entries", "packet=pts_time,pos,size", "-of", "csv=p=0"];
  const { stdout } = await run("ffprobe", ["-v", "error", ...entries, file]);
  const packet = stdout.split("\n").find((line) => line.startsWith("41.000000")) ?? "";
  const [, size, pos] = packet.split(",").map(Number);
  if (size === undefined || pos === undefined) throw new Error(`no packet: ${packet}`);
  const handle = await open(file, "r+");
  await handle.write(Buffer.alloc(size), 0, size, pos);
  await handle.close();
  return file;
}

beforeAll(async () => {
  const { dataDir } = getEnv();
  long = await serveFile(await makeLong(path.join(dataDir, "long.mp4")));
  damaged = await serveFile(await blank(await makeLong(path.join(dataDir, "damaged.mp4"))));
}, 60_000);

afterAll(() => {
  long.close();
  damaged.close();
});

describe("a long task on a worker with free slots", () => {
  test(
    "whose worker is killed when a chunk is done: only the missing chunks are encoded again",
    { timeout: LIMIT },
    async () => {
      const { scene, taskId } = await startTask("chunks-killed", long);
      const victim = await worker({ FAULT_DRILL: "1", FAULT_POINT: "chunk" });
      await new Promise((resolve) => victim.child.once("exit", resolve));
      const kept = await keptChunks(taskId);
      expect(kept.length).toBeGreaterThan(0);
      expect(kept.length).toBeLessThan(CHUNKS.length);
      await worker();
      const row = await waitForTask(taskId);
      expect(row).toMatchObject({ status: "succeeded", attempt: 2, workerLosses: 1 });
      expect(await encodedChunks(taskId, 2)).toEqual(CHUNKS.filter((chunk) => !kept.includes(chunk)));
      expect(await infoLines(taskId)).toContain(`5 chunks, ${kept.length} of them from an earlier attempt`);
      expect(framesOf(row)).toBe(FRAMES);
      await assertOnlyManifests(
        scene,
        row.jobs.map((job) => manifestSchema.parse(job.manifest)),
      );
      await vanished(taskId);
    },
  );

  test(
    "uses a free slot too, and leaves it at once when it is asked to stop; another worker goes on",
    { timeout: LIMIT },
    async () => {
      const { taskId } = await startTask("chunks-drained", long, slow());
      const leaving = await worker({ DRAIN_SECONDS: "0" });
      await expect.poll(() => encodersOf(getEnv().dataDir), { timeout: 60_000 }).toHaveLength(2);
      expect(await leaving.end("SIGTERM")).toBe(0);
      expect(await encodersOf(getEnv().dataDir)).toEqual([]);
      expect(await getTaskRow(taskId)).toMatchObject({ status: "queued", attempt: 0 });
      const kept = await filesBelow(workDir(getEnv()));
      expect(kept.filter((file) => !file.startsWith(`chunks/${taskId}/`))).toEqual([]);
      await worker({ WORKER_SLOTS: "1" });
      const row = await waitForTask(taskId);
      expect(row).toMatchObject({ status: "succeeded", attempt: 1 });
      expect(framesOf(row)).toBe(FRAMES);
      await vanished(taskId);
    },
  );

  test(
    "whose source is damaged, so that a chunk has not the frames it should: it is encoded whole",
    { timeout: LIMIT },
    async () => {
      const { taskId } = await startTask("chunks-damaged", damaged);
      await worker();
      const row = await waitForTask(taskId);
      expect(row).toMatchObject({ status: "succeeded", attempt: 1 });
      expect(await infoLines(taskId)).toContainEqual(
        expect.stringMatching(/^encoding it whole: .*149 frames instead of 150 from the source/),
      );
      expect(framesOf(row)).toBe(FRAMES - 1);
      await vanished(taskId);
    },
  );

  test("on a worker whose only slot it has: one process, no chunks", { timeout: LIMIT }, async () => {
    const { taskId } = await startTask("chunks-alone", long);
    await worker({ WORKER_SLOTS: "1" });
    const row = await waitForTask(taskId);
    expect(framesOf(row)).toBe(FRAMES);
    expect(await encodedChunks(taskId, 1)).toEqual([]);
  });
});

test("a sweep removes the chunks of tasks that are gone, and leaves those of tasks that wait", async () => {
  const { taskId } = await startTask("chunks-swept", long);
  await mkdir(taskChunksDir(getEnv(), taskId), { recursive: true });
  await mkdir(taskChunksDir(getEnv(), newId()), { recursive: true });
  await sweepChunks(getEnv());
  expect(await readdir(path.dirname(taskChunksDir(getEnv(), taskId)))).toEqual([taskId]);
  await db().task.update({ where: { id: taskId }, data: { status: "canceled", finishedAt: new Date() } });
  await sweepChunks(getEnv());
  expect(await readdir(path.dirname(taskChunksDir(getEnv(), taskId)))).toEqual([]);
});
