import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { newId, readId } from "#lib/ids.ts";
import { getEnv } from "#lib/env.ts";
import { insertTestTask, makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { cancelTask } from "#lib/tasks/cancel-task.ts";
import { createTask } from "#lib/tasks/create-task.ts";
import { getTask } from "#lib/tasks/get-task.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});
afterAll(stopBoss);

const waitingUnits = (taskId: string) =>
  db()
    .$queryRaw`SELECT state::text FROM pgboss.job WHERE data ->> 'taskId' = ${readId("task", taskId)} AND state < 'active'`;

test("a queued task is canceled at once and leaves the queue", async () => {
  const { task } = await createTask(
    project.ctx(),
    project.request({ templates: ["System_MP4_H264", "System_HLS_H264"] }),
  );
  const canceled = await cancelTask(project.ctx(), task.id);
  expect(canceled).toMatchObject({ status: "canceled", queuePosition: null, phase: null });
  expect(canceled.finishedAt).not.toBeNull();
  expect(canceled.jobs.map((job) => job.status)).toEqual(["canceled", "canceled"]);
  expect(canceled.events.map((event) => event.type)).toEqual(["created", "canceled"]);
  expect(await waitingUnits(task.id)).toEqual([]);
});

async function makeWorker(): Promise<string> {
  const id = newId();
  const about = { name: "w", host: "h", pid: 1, slots: 1, version: "0", capabilities: {}, sandboxTier: "D" };
  await db().worker.create({ data: { id, ...about } });
  return id;
}

test("a task that waits between two runs is canceled at once, and what it published stays", async () => {
  const { task } = await createTask(
    project.ctx(),
    project.request({ templates: ["System_MP4_H264", "System_HLS_H264"] }),
  );
  const id = readId("task", task.id) ?? "";
  await db().task.update({ where: { id }, data: { status: "running", fence: 3 } });
  await db().job.updateMany({ where: { taskId: id, index: 0 }, data: { status: "succeeded" } });
  const canceled = await cancelTask(project.ctx(), task.id);
  expect(canceled.status).toBe("canceled");
  expect(canceled.jobs.map((job) => job.status)).toEqual(["succeeded", "canceled"]);
  expect(canceled.events.map((event) => event.type)).toEqual(["created", "cancel_requested", "canceled"]);
  expect(await db().task.findUniqueOrThrow({ where: { id } })).toMatchObject({ fence: 4, unitId: null });
  expect(await waitingUnits(task.id)).toEqual([]);
});

test("a running task is asked to stop, once, and its worker is told each time", async () => {
  const id = await insertTestTask(project, { status: "running" });
  await db().task.update({ where: { id: readId("task", id) ?? "" }, data: { workerId: await makeWorker() } });
  const client = new pg.Client({ connectionString: getEnv().databaseUrl });
  await client.connect();
  const told: (string | undefined)[] = [];
  client.on("notification", (message) => told.push(message.payload));
  await client.query("LISTEN vod_cancel");
  const first = await cancelTask(project.ctx(), id);
  const { cancelRequestedAt } = await db().task.findUniqueOrThrow({
    where: { id: readId("task", id) ?? "" },
  });
  await cancelTask(project.ctx(), id);
  await client.query("SELECT 1");
  await client.end();
  expect(first.status).toBe("running");
  expect(cancelRequestedAt).not.toBeNull();
  expect(
    (await db().task.findUniqueOrThrow({ where: { id: readId("task", id) ?? "" } })).cancelRequestedAt,
  ).toEqual(cancelRequestedAt);
  expect(told).toEqual([readId("task", id), readId("task", id)]);
  expect((await getTask(project.ctx(), id)).events.map((event) => event.type)).toEqual(["cancel_requested"]);
});

test.each(["succeeded", "partial", "failed", "canceled"] as const)(
  "a task that is %s stays so",
  async (status) => {
    const id = await insertTestTask(project, { status });
    await expect(cancelTask(project.ctx(), id)).rejects.toMatchObject({ code: "conflict" });
    expect((await getTask(project.ctx(), id)).status).toBe(status);
  },
);

test("of ten calls at once on a queued task one cancels, and the others find it done", async () => {
  const { task } = await createTask(project.ctx(), project.request());
  const answers = await Promise.allSettled(
    Array.from({ length: 10 }, () => cancelTask(project.ctx(), task.id)),
  );
  expect(answers.filter((answer) => answer.status === "fulfilled")).toHaveLength(1);
  expect((await getTask(project.ctx(), task.id)).events.map((event) => event.type)).toEqual([
    "created",
    "canceled",
  ]);
});

test("a viewer is refused, and a foreign project gets not_found", async () => {
  const id = await insertTestTask(project, { status: "running" });
  await expect(cancelTask(project.ctx("viewer"), id)).rejects.toMatchObject({ code: "forbidden" });
  await expect(cancelTask(foreign.ctx(), id)).rejects.toMatchObject({ code: "not_found" });
  await expect(cancelTask(project.ctx(), "junk")).rejects.toMatchObject({ code: "not_found" });
});
