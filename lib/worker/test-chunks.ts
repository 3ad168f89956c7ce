import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { afterAll, afterEach, expect } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv, workDir } from "#lib/env.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { taskChunksDir } from "#lib/worker/chunk-store.ts";
import {
  filesBelow,
  makeScene,
  makeTask,
  startWorker,
  type getTaskRow,
  type WantedTask,
  type WorkerHandle,
} from "#lib/worker/worker-fixture.ts";
import { mp4 } from "#lib/worker/worker-scenarios.ts";

/** What tests of chunks share: a source that is long enough for five of them, and what is known of those. */

const run = promisify(execFile);

export const FRAMES = 150 * 5;
export const CHUNKS = [0, 1, 2, 3, 4];

/** Two and a half minutes, of few and small pictures. */
export async function makeLong(file: string, size = "160x90"): Promise<string> {
  await run("ffmpeg", [
    ...["-nostdin", "-loglevel", "error", "-y"],
    ...["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=5:duration=150`],
    ...["-f", "lavfi", "-i", "sine=frequency=440:duration=150"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", file],
  ]);
  return file;
}

/** @returns what starts a worker of so many slots; the test's workers end with it, and nothing that they measured is left. */
export function chunkWorkers(slots: number): (settings?: Record<string, string>) => Promise<WorkerHandle> {
  const workers: WorkerHandle[] = [];
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.end("SIGKILL")));
    await db().task.deleteMany();
    await db().worker.deleteMany();
  });
  afterAll(stopBoss);
  return async (settings = {}) => {
    const started = await startWorker({ WORKER_SLOTS: String(slots), ...settings });
    workers.push(started);
    return started;
  };
}

/** A task of one job, in a project of its own. */
export async function startTask(
  name: string,
  { url }: { url: string },
  job: WantedTask["jobs"][number] = mp4(),
) {
  const scene = await makeScene(name);
  const { taskId } = await makeTask(scene, { source: { type: "url", url }, jobs: [job] });
  return { scene, taskId };
}

/** Which chunks an attempt has started encoders for, in order. */
export async function encodedChunks(taskId: string, attempt: number): Promise<number[]> {
  const lines = await db().taskLog.findMany({ where: { taskId, attempt, level: "command" } });
  return lines
    .flatMap(({ text }) => /\/chunks\/(\d+)\/\S*chunk_0\.mp4/.exec(text)?.[1] ?? [])
    .map(Number)
    .sort();
}

/** Which chunks lie finished. */
export async function keptChunks(taskId: string): Promise<number[]> {
  const folder = taskChunksDir(getEnv(), taskId);
  const [key = ""] = await readdir(folder);
  return (await readdir(path.join(folder, key)))
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort();
}

export async function infoLines(taskId: string): Promise<string[]> {
  const lines = await db().taskLog.findMany({ where: { taskId, level: "info" }, orderBy: { id: "asc" } });
  return lines.map(({ text }) => text);
}

export const framesOf = (row: Awaited<ReturnType<typeof getTaskRow>>) =>
  (row.jobs[0]?.result as { primary: { video: { frameCount: number }[] } } | null)?.primary.video[0]
    ?.frameCount;

/** The chunks go after the task is settled, not with it. */
export async function chunksVanished(taskId: string): Promise<void> {
  await expect.poll(() => filesBelow(taskChunksDir(getEnv(), taskId)), { timeout: 30_000 }).toEqual([]);
}

/** With all else that was in the workers' folders; a killed one's goes later. */
export async function vanished(taskId: string): Promise<void> {
  await chunksVanished(taskId);
  await expect.poll(() => filesBelow(workDir(getEnv())), { timeout: 30_000 }).toEqual([]);
}
