import { afterAll, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { cancelUnit, getBoss, startBoss, stopBoss, TASK_QUEUE, type TaskUnit } from "#lib/queue/boss.ts";
import { listen } from "#lib/queue/listener.ts";
import { CANCEL_CHANNEL, EVENTS_CHANNEL, notify, notifyCancel } from "#lib/queue/notify.ts";
import { queuePositions } from "#lib/queue/queue-positions.ts";
import { makeScene, makeTask, predefined, type Scene } from "#lib/worker/worker-fixture.ts";

afterAll(stopBoss);

const newTask = async (scene: Scene, priority = 0) =>
  (
    await makeTask(scene, {
      source: { type: "url", url: "http://a.example/x.mp4" },
      jobs: [{ template: "T", spec: predefined("System_MP4_H264"), primaryPath: "a.mp4" }],
      priority,
    })
  ).taskId;

test("positions count every project's units, in the order in which the queue hands them out", async () => {
  const [mine, theirs] = [await makeScene("mine"), await makeScene("theirs")];
  const first = await newTask(mine);
  const foreign = await newTask(theirs);
  const urgent = await newTask(mine, 5);
  const last = await newTask(mine);
  const { positions, length } = await queuePositions(db(), mine.projectId, [
    first,
    urgent,
    last,
    foreign,
    newId(),
  ]);
  expect(length).toBe(4);
  expect([...positions].sort((a, b) => a[1] - b[1])).toEqual([
    [urgent, 1],
    [first, 2],
    [last, 4],
  ]);
  expect(await queuePositions(db(), mine.projectId, [])).toEqual({ positions: new Map(), length: 0 });

  const boss = await getBoss();
  const order: string[] = [];
  for (let i = 0; i < 4; i++) {
    const [unit] = await boss.fetch<TaskUnit>(TASK_QUEUE);
    order.push(unit?.data.taskId ?? "");
  }
  expect(order).toEqual([urgent, first, foreign, last]);
});

test("a canceled unit is handed out no more, and cancelling it again is harmless", async () => {
  const scene = await makeScene("cancel");
  const taskId = await newTask(scene);
  const { unitId } = await db().task.findUniqueOrThrow({ where: { id: taskId } });
  await cancelUnit(db(), unitId ?? "");
  await cancelUnit(db(), unitId ?? "");
  expect(await (await getBoss()).fetch(TASK_QUEUE)).toEqual([]);
});

test("one process has one client", async () => {
  expect(await startBoss()).toBe(await getBoss());
});

test("messages arrive when their transaction commits, and never when it does not", async () => {
  const heard: string[] = [];
  const hear = (payload: string) => void heard.push(payload);
  const listener = await listen(getEnv().databaseUrl, { [EVENTS_CHANNEL]: hear, [CANCEL_CHANNEL]: hear });
  const projectId = newId();
  await expect(
    db().$transaction(async (tx) => {
      await notify(tx, projectId, { type: "created", taskId: "tsk_lost" });
      throw new Error("no");
    }),
  ).rejects.toThrow();
  await db().$transaction(async (tx) => {
    await notify(tx, projectId, { type: "changed", taskId: "tsk_1" });
    await notifyCancel(tx, "uuid");
    expect(heard).toEqual([]);
  });
  await expect
    .poll(() => heard)
    .toEqual([JSON.stringify({ projectId, message: { type: "changed", taskId: "tsk_1" } }), "uuid"]);
  await listener.close();
});

test("a listener whose connection is cut listens again, and says that it may have missed something", async () => {
  const heard: string[] = [];
  let gaps = 0;
  const listener = await listen(
    getEnv().databaseUrl,
    { [CANCEL_CHANNEL]: (payload) => void heard.push(payload) },
    () => gaps++,
  );
  await db().$executeRaw`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'vod-console listener'`;
  await expect.poll(() => gaps, { timeout: 5_000 }).toBe(1);
  await notifyCancel(db(), "after");
  await expect.poll(() => heard).toEqual(["after"]);
  await listener.close();
});
