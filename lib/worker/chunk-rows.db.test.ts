import { afterAll, beforeEach, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { newId } from "#lib/ids.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import {
  beatChunk,
  type ChunkHelper,
  claimAny,
  claimOwn,
  finishChunk,
  isHelpWanted,
  offerRun,
  readChunks,
  releaseChunk,
  reopenChunk,
  sweepRuns,
  withdrawRun,
} from "#lib/worker/chunk-rows.ts";
import type { ChunkRunData } from "#lib/worker/chunk-run.ts";
import { isTaskWaiting, mustGiveWay, slotsElsewhere } from "#lib/worker/give-way.ts";
import { makeScene, makeTask, predefined, type Scene } from "#lib/worker/worker-fixture.ts";

const STORE = newId();
const PACE = { percent: 50, fps: 25, speed: 1, etaSeconds: null };
const ffmpegVersion = "5.1.9";
/** What is in it does not matter here. */
const data = { key: "k" } as ChunkRunData;

let scene: Scene;
let taskId: string;
let own: string;
let other: string;

beforeEach(async () => {
  await db().task.deleteMany();
  await db().worker.deleteMany();
  await db().$executeRaw`DELETE FROM pgboss.job`;
  scene = await makeScene(`rows-${newId()}`);
  own = await makeWorker();
  other = await makeWorker();
  taskId = await makeRunning(own);
});

afterAll(stopBoss);

async function makeWorker(changes: object = {}): Promise<string> {
  const id = newId();
  const about = { name: "w", host: "h", pid: 1, slots: 2, version: "1", sandboxTier: "D" };
  const capabilities = { ffmpegVersion };
  await db().worker.create({ data: { id, ...about, capabilities, storeId: STORE, ...changes } });
  return id;
}

async function makeWaiting(): Promise<string> {
  const spec = predefined("System_MP4_H264");
  const jobs = [{ template: "System_MP4_H264", spec, primaryPath: `${newId()}.mp4` }];
  const made = await makeTask(scene, { source: { type: "url", url: "http://127.0.0.1:9/x.mp4" }, jobs });
  return made.taskId;
}

/** As an attempt has it: its unit is with the worker. */
async function makeRunning(workerId: string): Promise<string> {
  const id = await makeWaiting();
  await db().$executeRaw`UPDATE pgboss.job SET state = 'active', started_on = now()
    WHERE id = (SELECT "unitId" FROM "Task" WHERE id = ${id}::uuid)`;
  await db().task.update({ where: { id }, data: { status: "running", fence: 1, workerId } });
  return id;
}

const offer = (indexes: number[], about: Partial<{ fence: number; storeId: string; version: string }> = {}) =>
  db().$transaction((tx) =>
    offerRun(tx, { taskId, fence: 1, storeId: STORE, version: "1", data, ...about }, indexes),
  );

const helper = (changes: Partial<ChunkHelper> = {}): ChunkHelper => ({
  ...{ workerId: other, storeId: STORE, version: "1", isForOwn: true, except: [] },
  ...changes,
});

async function claimed(changes: Partial<ChunkHelper> = {}) {
  const chunk = await claimAny(helper(changes));
  if (chunk === null) throw new Error("nothing to claim");
  return chunk;
}

/** As if it had not been heard of for as long. */
const silence = (seconds: number) =>
  db()
    .$executeRaw`UPDATE "Chunk" SET "heartbeatAt" = "heartbeatAt" - make_interval(secs => ${seconds}::float8)`;

test("each chunk is claimed once, by the task's own attempt or by helpers, in order", async () => {
  const runId = await offer([1, 3, 4]);
  expect(await claimOwn(runId, own)).toEqual({ runId, index: 1, claim: 1 });
  expect(await claimed()).toMatchObject({ runId, index: 3, claim: 1, taskId, fence: 1, data });
  const last = await Promise.all(Array.from({ length: 8 }, () => claimAny(helper())));
  expect(last.filter((chunk) => chunk !== null)).toMatchObject([{ index: 4 }]);
  expect(await claimOwn(runId, own)).toBeNull();
  expect(await isHelpWanted(helper())).toBe(false);
});

test.each<[string, Partial<ChunkHelper>]>([
  ["of another folder", { storeId: newId() }],
  ["of another version", { version: "2" }],
])("a worker %s gets none", async (_, changes) => {
  await offer([0]);
  expect(await isHelpWanted(helper(changes))).toBe(false);
  expect(await claimAny(helper(changes))).toBeNull();
  expect(await isHelpWanted(helper())).toBe(true);
});

test("the last free slot is not for the worker's own tasks, nor any for a run that it could not help with", async () => {
  const runId = await offer([0]);
  expect(await claimAny(helper({ workerId: own, isForOwn: false }))).toBeNull();
  expect(await claimAny(helper({ except: [runId] }))).toBeNull();
  expect(await claimAny(helper({ isForOwn: false }))).toMatchObject({ index: 0 });
});

test("a chunk whose worker is silent for ten seconds is anybody's, and no more its", async () => {
  const runId = await offer([0]);
  const first = await claimed();
  await silence(9);
  expect(await claimOwn(runId, own)).toBeNull();
  expect(await beatChunk(first, PACE)).toBe(true);
  await silence(11);
  const second = await claimOwn(runId, own);
  expect(second).toEqual({ runId, index: 0, claim: 2 });
  expect(await beatChunk(first, PACE)).toBe(false);
  await finishChunk(first);
  await releaseChunk(first);
  expect(await readChunks(runId)).toMatchObject([{ index: 0, status: "running", isLent: false }]);
});

test.each<[string, () => Promise<unknown>]>([
  ["canceled", () => db().task.update({ where: { id: taskId }, data: { cancelRequestedAt: new Date() } })],
  ["another attempt's", () => db().task.update({ where: { id: taskId }, data: { fence: 2 } })],
  ["settled", () => db().task.update({ where: { id: taskId }, data: { status: "failed" } })],
  ["done with the run", async () => withdrawRun((await db().chunkRun.findFirstOrThrow()).id)],
])("once the task is %s, nobody is to begin or to go on", async (_, end) => {
  const runId = await offer([0, 1]);
  const chunk = await claimed();
  await end();
  expect(await beatChunk(chunk, PACE)).toBe(false);
  expect(await isHelpWanted(helper())).toBe(false);
  expect(await claimAny(helper())).toBeNull();
  expect(await claimOwn(runId, own)).toBeNull();
});

test("what a helper gives back goes to the attempt first; what is not where it should be is encoded again", async () => {
  const runId = await offer([0, 1, 2]);
  await claimOwn(runId, own);
  const tried = await claimed();
  await releaseChunk(tried);
  const again = await claimOwn(runId, own);
  expect(again).toMatchObject({ index: tried.index, claim: 2 });
  await finishChunk(again ?? tried);
  expect(await readChunks(runId)).toMatchObject([{}, { status: "done", percent: 100 }, {}]);
  await reopenChunk(runId, tried.index);
  expect(await claimOwn(runId, own)).toMatchObject({ index: tried.index, claim: 3 });
});

test("a new attempt's run takes the place of the one before; the sweep removes those of ended attempts", async () => {
  const first = await offer([0]);
  const second = await offer([0]);
  expect(await readChunks(first)).toEqual([]);
  await sweepRuns();
  expect(await readChunks(second)).toHaveLength(1);
  await db().task.update({ where: { id: taskId }, data: { fence: 2 } });
  await sweepRuns();
  expect(await readChunks(second)).toEqual([]);
});

test("as many helpers make room as tasks wait, the youngest first; the task's own slot never does", async () => {
  const runId = await offer([0, 1, 2]);
  await claimOwn(runId, own);
  const [elder, younger] = [await claimed(), await claimed()];
  expect(await isTaskWaiting()).toBe(false);
  expect(await mustGiveWay(younger)).toBe(false);
  await makeWaiting();
  expect(await isTaskWaiting()).toBe(true);
  // A free slot may be about to take it.
  expect(await mustGiveWay(younger)).toBe(false);
  const wait = () =>
    db()
      .$executeRaw`UPDATE pgboss.job SET start_after = now() - interval '3 seconds' WHERE state = 'created'`;
  await wait();
  expect([await mustGiveWay(elder), await mustGiveWay(younger)]).toEqual([false, true]);
  await makeWaiting();
  await wait();
  expect([await mustGiveWay(elder), await mustGiveWay(younger)]).toEqual([true, true]);
  await db()
    .$executeRaw`UPDATE pgboss.job SET start_after = now() + interval '1 minute' WHERE state = 'created'`;
  expect([await mustGiveWay(younger), await isTaskWaiting()]).toEqual([false, false]);
});

test("counts the free slots of other workers that could help", async () => {
  const count = () => slotsElsewhere({ workerId: own, storeId: STORE, version: "1", ffmpegVersion });
  expect(await count()).toBe(2);
  await makeRunning(other);
  expect(await count()).toBe(1);
  await offer([0, 1]);
  await claimed();
  expect(await count()).toBe(0);
  await makeWorker({ storeId: newId() });
  await makeWorker({ storeId: null });
  await makeWorker({ version: "2" });
  await makeWorker({ capabilities: { ffmpegVersion: "6" } });
  await makeWorker({ state: "paused" });
  await makeWorker({ drainRequestedAt: new Date() });
  await makeWorker({ heartbeatAt: new Date(Date.now() - 60_000) });
  expect(await count()).toBe(0);
  await makeWorker({ slots: 3 });
  expect(await count()).toBe(3);
});
