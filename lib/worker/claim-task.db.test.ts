import { afterAll, beforeEach, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { newId } from "#lib/ids.ts";
import type { Failure } from "#lib/errors.ts";
import { enqueueTask, stopBoss } from "#lib/queue/boss.ts";
import { withFence } from "#lib/worker/attempt.ts";
import { type Claim, claimTask } from "#lib/worker/claim-task.ts";
import { MAX_WORKER_LOSSES, Stopped } from "#lib/worker/outcome.ts";
import { stopLostAttempts } from "#lib/worker/stop-lost-attempts.ts";
import { cancelAttempt, failJobs, returnTask } from "#lib/worker/settle-task.ts";
import { TaskLogWriter } from "#lib/worker/task-log.ts";
import { getTaskRow, makeScene, makeTask, predefined, type Scene } from "#lib/worker/worker-fixture.ts";

const FAILURE: Failure = {
  code: "INPUT_NOT_FOUND",
  params: { host: "a.example", status: 404 },
  evidence: ["404"],
  retryable: false,
};

let scene: Scene;
let workerId: string;
let count = 0;

beforeEach(async () => {
  scene = await makeScene(`claim-${++count}`);
  workerId = newId();
  await db().worker.create({
    data: {
      id: workerId,
      name: "w",
      host: "h",
      pid: 1,
      slots: 1,
      version: "0",
      capabilities: {},
      sandboxTier: "D",
    },
  });
});
afterAll(stopBoss);

const job = (primaryPath: string) => ({
  template: "System_MP4_H264",
  spec: predefined("System_MP4_H264"),
  primaryPath,
});
const newTask = () =>
  makeTask(scene, {
    source: { type: "url", url: "http://a.example/x.mp4" },
    jobs: [job("a.mp4"), job("b.mp4")],
  });

async function claim(taskId: string): Promise<Claim> {
  const { unitId } = await getTaskRow(taskId);
  const claimed = await claimTask(unitId ?? "", taskId, { workerId, workerName: "w" });
  if (claimed === null) throw new Error("not claimed");
  return claimed;
}

describe("claimTask", () => {
  test("starts an attempt: a new fence, running jobs with progress rows, an entry in the timeline", async () => {
    const { taskId } = await newTask();
    const { fence, task, endAs } = await claim(taskId);
    expect({ fence, endAs, status: task.status, attempt: task.attempt }).toEqual({
      fence: 1,
      endAs: null,
      status: "running",
      attempt: 1,
    });
    const row = await getTaskRow(taskId);
    expect(row.jobs.map((each) => [each.status, each.attempt, each.progress?.percent])).toEqual([
      ["running", 1, 0],
      ["running", 1, 0],
    ]);
    expect(row.events.at(-1)).toMatchObject({ type: "claimed", data: { worker: "w", attempt: 1 } });
  });

  test("takes over from a worker that stopped answering, and counts the loss", async () => {
    const { taskId } = await newTask();
    await claim(taskId);
    expect(await claim(taskId)).toMatchObject({
      fence: 2,
      task: { attempt: 2, workerLosses: 1 },
      endAs: null,
    });
  });

  test("two claims at once get two different fences", async () => {
    const { taskId } = await newTask();
    const fences = (await Promise.all([claim(taskId), claim(taskId), claim(taskId)])).map(
      (each) => each.fence,
    );
    expect(fences.sort()).toEqual([1, 2, 3]);
  });

  test("gives up at the tenth loss, and ends what somebody wants canceled", async () => {
    const { taskId } = await newTask();
    for (let i = 0; i < MAX_WORKER_LOSSES; i++) expect((await claim(taskId)).endAs).toBeNull();
    expect((await claim(taskId)).endAs).toBe("worker_lost");
    await db().task.update({ where: { id: taskId }, data: { cancelRequestedAt: new Date() } });
    expect((await claim(taskId)).endAs).toBe("canceled");
  });

  test("drops a unit that is not the task's, of a settled task, and of none", async () => {
    const { taskId } = await newTask();
    const by = { workerId, workerName: "w" };
    const { unitId } = await getTaskRow(taskId);
    expect(await claimTask(newId(), taskId, by)).toBeNull();
    expect(await claimTask(unitId ?? "", newId(), by)).toBeNull();
    await db().task.update({ where: { id: taskId }, data: { status: "failed" } });
    expect(await claimTask(unitId ?? "", taskId, by)).toBeNull();
    expect((await getTaskRow(taskId)).fence).toBe(0);
  });
});

describe("an attempt that lost its task", () => {
  test("changes nothing, whatever it tries", async () => {
    const { taskId, jobIds } = await newTask();
    const old = await claim(taskId);
    await claim(taskId);
    const before = await getTaskRow(taskId);
    const lost = expect.objectContaining({ reason: "lost" }) as unknown;
    await expect(failJobs(old, [{ id: jobIds[0] ?? "", failure: FAILURE }])).rejects.toEqual(lost);
    await expect(cancelAttempt(old)).rejects.toEqual(lost);
    await expect(returnTask(old, "shutdown", null)).rejects.toEqual(lost);
    await expect(
      withFence(old, async (tx) => tx.task.update({ where: { id: taskId }, data: { phase: "publishing" } })),
    ).rejects.toEqual(lost);
    const log = new TaskLogWriter({ taskId, fence: old.fence, attempt: 1 }, []);
    log.info("from the grave");
    await log.close();
    expect(await getTaskRow(taskId)).toEqual(before);
    expect(await db().taskLog.count({ where: { taskId } })).toBe(0);
  });

  test("waits for its successor's transaction, and then learns that it lost", async () => {
    const { taskId } = await newTask();
    const old = await claim(taskId);
    const { unitId } = await getTaskRow(taskId);
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let lock = () => {};
    const locked = new Promise<void>((resolve) => (lock = resolve));
    const taken = db().$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "Task" WHERE id = ${taskId}::uuid FOR UPDATE`;
      lock();
      await held;
      await tx.task.update({ where: { id: taskId }, data: { fence: { increment: 1 }, unitId } });
    });
    await locked;
    const late = withFence(old, async () => "wrote");
    setTimeout(release, 200);
    await expect(late).rejects.toBeInstanceOf(Stopped);
    await taken;
  });
});

describe("settling", () => {
  test("a failed job leaves the task running until the last one ends", async () => {
    const { taskId, jobIds } = await newTask();
    const mine = await claim(taskId);
    await failJobs(mine, [{ id: jobIds[0] ?? "", failure: FAILURE }]);
    expect((await getTaskRow(taskId)).status).toBe("running");
    await failJobs(mine, [{ id: jobIds[1] ?? "", failure: FAILURE }], FAILURE);
    const row = await getTaskRow(taskId);
    expect(row).toMatchObject({ status: "failed", errorCode: "INPUT_NOT_FOUND", unitId: null, phase: null });
    expect(row.jobs.map((each) => [each.status, each.errorCode, each.progress])).toEqual([
      ["failed", "INPUT_NOT_FOUND", null],
      ["failed", "INPUT_NOT_FOUND", null],
    ]);
    expect(row.events.map((event) => event.type)).toEqual(["claimed", "job_failed", "job_failed", "failed"]);
  });

  test("a settled task is settled for good", async () => {
    const { taskId, jobIds } = await newTask();
    const mine = await claim(taskId);
    await failJobs(
      mine,
      jobIds.map((id) => ({ id, failure: FAILURE })),
    );
    const before = await getTaskRow(taskId);
    await expect(cancelAttempt(mine)).rejects.toBeInstanceOf(Stopped);
    expect(await getTaskRow(taskId)).toEqual(before);
  });

  test("a requested cancellation stops every write but the canceling one", async () => {
    const { taskId, jobIds } = await newTask();
    const mine = await claim(taskId);
    await db().task.update({ where: { id: taskId }, data: { cancelRequestedAt: new Date() } });
    await expect(failJobs(mine, [{ id: jobIds[0] ?? "", failure: FAILURE }])).rejects.toMatchObject({
      reason: "canceled",
    });
    await cancelAttempt(mine);
    expect(await getTaskRow(taskId)).toMatchObject({
      status: "canceled",
      jobs: [{ status: "canceled" }, { status: "canceled" }],
    });
  });

  test("a retry waits under a new unit and counts what it spent; jobs that failed for good stay failed", async () => {
    const { taskId, jobIds } = await newTask();
    const mine = await claim(taskId);
    const { unitId } = mine.task;
    const failure: Failure = { ...FAILURE, code: "WORKER_OUT_OF_MEMORY", retryable: true };
    const failed = [{ id: jobIds[0] ?? "", failure: FAILURE }];
    await returnTask(mine, "retry", { tries: 2, delaySeconds: 60, toolDeaths: 1, failure, failed });
    const row = await getTaskRow(taskId);
    expect(row).toMatchObject({
      status: "running",
      workerId: null,
      toolDeaths: 1,
      jobs: [{ status: "failed" }, { status: "queued" }],
    });
    expect(row.unitId).not.toBe(unitId);
    const [unit] = await db().$queryRaw<{ data: unknown; isLater: boolean }[]>`
      SELECT data, start_after > now() + interval '50 seconds' AS "isLater" FROM pgboss.job WHERE id = ${row.unitId}::uuid`;
    expect(unit).toEqual({ data: { taskId, tries: 2 }, isLater: true });
    // The next claim of a task that was given back is no loss.
    expect((await claim(taskId)).task.workerLosses).toBe(0);
  });

  test("what rolls back takes its unit with it", async () => {
    const { taskId } = await newTask();
    const units = () =>
      db().$queryRaw<{ n: bigint }[]>`SELECT count(*) AS n FROM pgboss.job WHERE data->>'taskId' = ${taskId}`;
    const before = await units();
    await expect(
      db().$transaction(async (tx) => {
        await enqueueTask(tx, { id: taskId, priority: 0 });
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(await units()).toEqual(before);
  });
});

describe("what a worker runs, compared with the tasks' rows", () => {
  const stops: string[] = [];
  const attemptOf = (name: string, fence: number) => ({
    fence,
    stop: (reason: string) => void stops.push(`${name} ${reason}`),
    done: Promise.resolve(),
  });
  beforeEach(() => void stops.splice(0));

  test("another's task and a task that is gone are lost, a canceled one is canceled, the rest goes on", async () => {
    const [own, taken, canceled] = [await newTask(), await newTask(), await newTask()];
    for (const { taskId } of [own, taken, canceled]) await claim(taskId);
    await db().task.update({ where: { id: taken.taskId }, data: { fence: 2 } });
    await db().task.update({ where: { id: canceled.taskId }, data: { cancelRequestedAt: new Date() } });
    await stopLostAttempts(
      new Map([
        [own.taskId, attemptOf("own", 1)],
        [taken.taskId, attemptOf("taken", 1)],
        [canceled.taskId, attemptOf("canceled", 1)],
        [newId(), attemptOf("gone", 1)],
      ]),
    );
    expect(stops).toEqual(["taken lost", "canceled canceled", "gone lost"]);
  });

  test("a task that is claimed while the rows are read is not judged by them", async () => {
    const [before, meanwhile] = [await newTask(), await newTask()];
    await claim(before.taskId);
    const running = new Map([[before.taskId, attemptOf("before", 1)]]);
    const judging = stopLostAttempts(running);
    running.set(meanwhile.taskId, attemptOf("meanwhile", 1));
    await judging;
    expect(stops).toEqual([]);
  });
});
