import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { notifyCancel } from "#lib/queue/notify.ts";
import { readStoreId } from "#lib/worker/store-id.ts";
import {
  chunkWorkers,
  CHUNKS,
  chunksVanished,
  encodedChunks,
  FRAMES,
  framesOf,
  infoLines,
  makeLong,
  startTask,
  vanished,
} from "#lib/worker/test-chunks.ts";
import { encodersOf, getTaskRow, serveFile, waitForTask } from "#lib/worker/worker-fixture.ts";
import { slow } from "#lib/worker/worker-scenarios.ts";

const LIMIT = 200_000;
const PATIENCE = { timeout: 60_000, interval: 50 };

let long: { url: string; close: () => void };
const worker = chunkWorkers(1);

beforeAll(async () => {
  long = await serveFile(await makeLong(path.join(getEnv().dataDir, "long.mp4"), "192x108"));
}, 60_000);

afterAll(() => {
  long.close();
});

/** A task for two workers of one slot each, which one of them has taken, and the other helps with. */
async function startHelped(name: string) {
  const both = await Promise.all([worker(), worker()]);
  const { taskId } = await startTask(name, long, slow());
  const lent = await lentChunk(taskId);
  const task = await getTaskRow(taskId);
  const rows = await db().worker.findMany({
    where: { id: { in: [lent.workerId ?? "", task.workerId ?? ""] } },
  });
  const processOf = (id: string | null | undefined) => {
    const pid = rows.find((row) => row.id === id)?.pid;
    const found = both.find(({ child }) => child.pid === pid);
    if (found === undefined) throw new Error(`no worker ${id}`);
    return found;
  };
  return { taskId, helper: processOf(lent.workerId), joiner: processOf(task.workerId) };
}

/** A chunk of the task that a helper encodes, once there is one. */
async function lentChunk(taskId: string) {
  const until = Date.now() + PATIENCE.timeout;
  for (;;) {
    const found = await db().chunk.findFirst({ where: { isLent: true, status: "running", run: { taskId } } });
    if (found !== null) return found;
    if (Date.now() > until) throw new Error(`nobody helps: ${(await getTaskRow(taskId)).status}`);
    await sleep(50);
  }
}

/** Stops a helper's encoder in the middle of a chunk, which then has no end. @returns the chunk's index */
async function freezeChunk(taskId: string): Promise<number> {
  const until = Date.now() + PATIENCE.timeout;
  while (Date.now() < until) {
    const { runId, index } = await lentChunk(taskId);
    const [encoder] = await encodersOf(`chunk-${runId}-${index}/`);
    if (encoder !== undefined && isStopped(encoder)) return index;
    await sleep(20);
  }
  throw new Error("no encoder to stop");
}

/** False when it has ended meanwhile. */
function isStopped(pid: number): boolean {
  try {
    return process.kill(pid, "SIGSTOP");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** Follows the chunks' rows until the task is settled. @returns how often each was claimed, at least */
async function countClaims(taskId: string) {
  const claims = new Map<number, number>();
  for (;;) {
    for (const { index, claim } of await db().chunk.findMany({ where: { run: { taskId } } }))
      claims.set(index, Math.max(claim, claims.get(index) ?? 0));
    const row = await getTaskRow(taskId);
    if (row.finishedAt !== null) return { row, claims };
    await sleep(50);
  }
}

/** Which workers have said that they help, by their ids. */
async function helpers(taskId: string): Promise<string[]> {
  const lines = await infoLines(taskId);
  return [...new Set(lines.flatMap((line) => /\((wrk_\w+)\) encodes chunk/.exec(line)?.[1] ?? []))];
}

describe("two workers of one DATA_DIR", () => {
  test(
    "encode the chunks of one task, each once, with the frames of a single process",
    { timeout: LIMIT },
    async () => {
      const { taskId } = await startHelped("shared-both");
      const { row, claims } = await countClaims(taskId);
      expect(row).toMatchObject({ status: "succeeded", attempt: 1 });
      expect(framesOf(row)).toBe(FRAMES);
      expect([...claims.values()]).toEqual(CHUNKS.map(() => 1));
      expect(await encodedChunks(taskId, 1)).toEqual(CHUNKS);
      expect(await helpers(taskId)).toHaveLength(1);
      expect(row.jobs[0]?.plan).toMatchObject({ chunks: 5 });
      expect(await db().chunkRun.count()).toBe(0);
      await vanished(taskId);
    },
  );

  test(
    "whose helper is killed in the middle: its chunk is encoded again, no other",
    { timeout: LIMIT },
    async () => {
      const { taskId, helper } = await startHelped("shared-helper-killed");
      const index = await freezeChunk(taskId);
      await helper.end("SIGKILL");
      const { row, claims } = await countClaims(taskId);
      expect(row).toMatchObject({ status: "succeeded", attempt: 1, workerLosses: 0 });
      expect(framesOf(row)).toBe(FRAMES);
      expect(claims.get(index)).toBe(2);
      expect([...claims].filter(([other, claim]) => other !== index && claim > 1)).toEqual([]);
    },
  );

  test(
    "whose coordinator is killed: the other takes the task over with the chunks that are done",
    { timeout: LIMIT },
    async () => {
      const { taskId, joiner } = await startHelped("shared-joiner-killed");
      const isDone = () => db().chunk.count({ where: { status: "done", run: { taskId } } });
      await expect.poll(isDone, PATIENCE).toBeGreaterThan(0);
      await joiner.end("SIGKILL");
      const row = await waitForTask(taskId, undefined, 120_000);
      expect(row).toMatchObject({ status: "succeeded", attempt: 2, workerLosses: 1 });
      expect(framesOf(row)).toBe(FRAMES);
      expect(await infoLines(taskId)).toContainEqual(
        expect.stringMatching(/^5 chunks, [1-5] of them from an earlier attempt$/),
      );
      expect((await encodedChunks(taskId, 2)).length).toBeLessThan(CHUNKS.length);
      await chunksVanished(taskId);
    },
  );

  test("stop both when the task is canceled", { timeout: LIMIT }, async () => {
    const { taskId } = await startHelped("shared-canceled");
    await db().task.update({ where: { id: taskId }, data: { cancelRequestedAt: new Date() } });
    await notifyCancel(db(), taskId);
    expect(await waitForTask(taskId)).toMatchObject({ status: "canceled" });
    await expect.poll(() => encodersOf(getEnv().dataDir), PATIENCE).toEqual([]);
    await vanished(taskId);
  });

  test("the helper gives its slot to a task that finds no other", { timeout: LIMIT }, async () => {
    const { taskId } = await startHelped("shared-gives-way");
    await freezeChunk(taskId);
    const next = await startTask("shared-in-between", long);
    const started = await waitForTask(next.taskId, (row) => row.status !== "queued");
    expect(await getTaskRow(taskId)).toMatchObject({ status: "running" });
    expect(started.workerId).not.toBe((await getTaskRow(taskId)).workerId);
    expect(await waitForTask(taskId, undefined, 120_000)).toMatchObject({ status: "succeeded", attempt: 1 });
  });
});

describe("workers of different DATA_DIRs", () => {
  const elsewhere = () => path.join(getEnv().dataDir, "elsewhere");
  const settings = () => ({ DATA_DIR: elsewhere(), OUTPUT_ROOTS: path.join(getEnv().dataDir, "outputs") });

  test("do not share: one process encodes it all", { timeout: LIMIT }, async () => {
    await Promise.all([worker(), worker(settings())]);
    const { taskId } = await startTask("apart", long);
    const row = await waitForTask(taskId);
    expect(framesOf(row)).toBe(FRAMES);
    expect(await encodedChunks(taskId, 1)).toEqual([]);
  });

  test(
    "of which one is a copy of the other's: what it cannot see it gives back, and the task goes on without it",
    { timeout: LIMIT },
    async () => {
      await readStoreId(getEnv());
      await mkdir(elsewhere(), { recursive: true });
      await copyFile(path.join(getEnv().dataDir, "store-id"), path.join(elsewhere(), "store-id"));
      await Promise.all([worker(), worker(settings())]);
      const { taskId } = await startTask("copied", long);
      const row = await waitForTask(taskId, undefined, 120_000);
      expect(row).toMatchObject({ status: "succeeded", attempt: 1 });
      expect(framesOf(row)).toBe(FRAMES);
      const warnings = await db().taskLog.findMany({ where: { taskId, level: "warning" } });
      expect(warnings.map(({ text }) => text)).toContainEqual(
        expect.stringMatching(/gives chunk .* back: it does not see/),
      );
      expect(await encodedChunks(taskId, 1)).toEqual(CHUNKS);
    },
  );
});
