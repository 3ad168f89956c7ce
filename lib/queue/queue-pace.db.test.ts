import { expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { newId, readId } from "#lib/ids.ts";
import { insertTestTask, makeTestProject } from "#lib/projects/test-project.ts";
import { measureQueuePace } from "#lib/queue/queue-pace.ts";
import { getTask } from "#lib/tasks/get-task.ts";
import { listTasks } from "#lib/tasks/list-tasks.ts";
import { createTask } from "#lib/tasks/create-task.ts";

async function makeWorker(changes: object = {}): Promise<string> {
  const id = newId();
  const fixed = { name: "w", host: "h", pid: 1, version: "1", capabilities: {}, sandboxTier: "A" };
  await db().worker.create({ data: { id, slots: 2, ...fixed, ...changes } });
  return id;
}

test("the pace is measured in the last runs and in the slots that take tasks", async () => {
  const [mine, theirs] = [await makeTestProject("Mine"), await makeTestProject("Theirs")];
  const { task } = await createTask(mine.ctx(), mine.request());
  expect(await measureQueuePace()).toEqual({ slots: 0, freeSlots: 0, runSeconds: null });
  expect(task).toMatchObject({ queuePosition: 1, waitSeconds: null });

  const busy = await makeWorker();
  await makeWorker({ slots: 1 });
  await makeWorker({ state: "offline" });
  await makeWorker({ state: "paused" });
  await makeWorker({ drainRequestedAt: new Date() });
  await makeWorker({ heartbeatAt: new Date(Date.now() - 60_000) });
  expect(await measureQueuePace()).toEqual({ slots: 3, freeSlots: 3, runSeconds: null });

  // Runs of every project count; what was canceled, or never ran, does not.
  const end = Date.now() - 60_000;
  const runs = [
    [mine, "succeeded", 30],
    [theirs, "failed", 90],
    [mine, "canceled", 5000],
    [mine, "succeeded", null],
  ] as const;
  for (const [project, status, seconds] of runs) {
    const id = readId("task", await insertTestTask(project, { status })) ?? "";
    const startedAt = seconds === null ? null : new Date(end - seconds * 1000);
    await db().task.update({ where: { id }, data: { startedAt, finishedAt: new Date(end) } });
  }
  for (const workerId of [busy, busy]) {
    const id = readId("task", await insertTestTask(mine, { status: "running" })) ?? "";
    await db().task.update({ where: { id }, data: { workerId } });
  }
  expect(await measureQueuePace()).toEqual({ slots: 3, freeSlots: 1, runSeconds: 60 });

  await db().worker.updateMany({ data: { slots: 1 } });
  expect(await measureQueuePace()).toEqual({ slots: 2, freeSlots: 0, runSeconds: 60 });
  expect((await getTask(mine.ctx(), task.id)).waitSeconds).toBe(30);
  const { items } = await listTasks(mine.ctx());
  expect(items.find(({ id }) => id === task.id)?.waitSeconds).toBe(30);
  expect(items.filter(({ status }) => status !== "queued").map(({ waitSeconds }) => waitSeconds)).toEqual(
    Array.from({ length: items.length - 1 }, () => null),
  );
});
