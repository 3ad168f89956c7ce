import pg from "pg";
import { beforeEach, describe, expect, test } from "vitest";

import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { newId, readId, showId } from "#lib/ids.ts";
import { insertTestTask, makeTestProject } from "#lib/projects/test-project.ts";
import { drainWorker, resumeWorker } from "#lib/workers/drain-worker.ts";
import { listWorkers } from "#lib/workers/list-workers.ts";
import { removeWorker } from "#lib/workers/remove-worker.ts";
import { workersSummary } from "#lib/workers/workers-summary.ts";

const ctx: Ctx = {
  projectId: newId(),
  actor: { kind: "user", id: newId(), name: "Ada" },
  role: "viewer",
  trigger: "console",
};
const admin: Ctx = { ...ctx, role: "admin" };

beforeEach(async () => {
  await db().worker.deleteMany();
});

async function makeWorker(name: string, state: string, secondsAgo: number, changes: object = {}) {
  const at = new Date(Date.now() - secondsAgo * 1000);
  const id = newId();
  await db().worker.create({
    data: {
      id,
      name,
      host: "h",
      pid: 1,
      slots: 2,
      state,
      version: "1",
      capabilities: {},
      sandboxTier: "A",
      startedAt: at,
      heartbeatAt: at,
      ...changes,
    },
  });
  return showId("worker", id);
}

describe("the list of workers", () => {
  test("a worker is what it says only while it gives signs of life; those that answer come first", async () => {
    await makeWorker("gone", "online", 2 * 24 * 3600);
    await makeWorker("silent", "online", 60);
    await makeWorker("stopped", "offline", 20);
    await makeWorker("leaving", "draining", 10);
    await makeWorker("asked", "online", 10, { drainRequestedAt: new Date() });
    await makeWorker("full", "paused", 5);
    await makeWorker("busy", "online", 1, { slots: 3 });
    const views = await listWorkers(ctx);
    expect(views.map(({ name, state, slots }) => [name, state, slots])).toEqual([
      ["asked", "draining", 2],
      ["busy", "online", 3],
      ["full", "paused", 2],
      ["leaving", "draining", 2],
      ["silent", "offline", 2],
      ["stopped", "offline", 2],
    ]);
    expect(views.every((view) => readId("worker", view.id) !== null)).toBe(true);
    expect(await workersSummary()).toEqual({ online: 1, slots: 3, paused: 1, draining: 2 });
  });

  test("leaves out what was restarted, but not one of several that died", async () => {
    const minute = 60;
    const began = (minutes: number) => ({ startedAt: new Date(Date.now() - minutes * minute * 1000) });
    await makeWorker("a", "offline", 9 * minute, began(10));
    await makeWorker("a", "online", 1, began(8));
    await makeWorker("a", "online", 2 * minute, began(7));
    await makeWorker("b", "offline", 6 * minute, began(9));
    await makeWorker("b", "offline", 3 * minute, began(5));
    const views = await listWorkers(ctx);
    expect(views.map(({ name, state }) => [name, state])).toEqual([
      ["a", "online"],
      ["a", "offline"],
      ["b", "offline"],
    ]);
  });

  test("says what a worker can do, and names only the tasks of the caller's project", async () => {
    const [mine, theirs] = [await makeTestProject("Mine"), await makeTestProject("Theirs")];
    const id = await makeWorker("w", "online", 1, {
      capabilities: { ffmpegVersion: "5.1.9", encoders: ["a64multi", "libx264", "libopus", "aac"] },
      sandboxTier: "D",
      sandboxReason: "No sandbox: bubblewrap is missing.",
    });
    for (const project of [mine, theirs]) {
      const taskId = await insertTestTask(project, { status: "running", name: "intro.mov" });
      await db().task.update({
        where: { id: readId("task", taskId) ?? "" },
        data: { workerId: readId("worker", id) },
      });
    }
    const workerId = readId("worker", id);
    const { id: taskId } = await db().task.findFirstOrThrow({ where: { workerId } });
    const run = { id: newId(), taskId, fence: 1, storeId: newId(), version: "1", data: {} };
    await db().chunkRun.create({ data: run });
    await db().chunk.createMany({
      data: [
        { runId: run.id, index: 0, status: "done", isLent: true, workerId },
        { runId: run.id, index: 1, status: "running", isLent: false, workerId },
        { runId: run.id, index: 2, status: "running", isLent: true, workerId },
      ],
    });
    const [view] = await listWorkers(mine.ctx("viewer"));
    expect(view).toMatchObject({
      running: 2,
      chunks: 1,
      tasks: [{ name: "intro.mov" }],
      ffmpegVersion: "5.1.9",
      encoders: ["libx264", "aac", "libopus"],
      sandboxTier: "D",
      sandboxReason: "No sandbox: bubblewrap is missing.",
    });
    await expect(removeWorker(admin, id)).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("draining", () => {
  test("is written into the worker's row, and the worker is told", async () => {
    const id = await makeWorker("w", "online", 1);
    const client = new pg.Client({ connectionString: getEnv().databaseUrl });
    await client.connect();
    const told: (string | undefined)[] = [];
    client.on("notification", (message) => told.push(message.payload));
    await client.query("LISTEN vod_worker");
    const first = await drainWorker(admin, id);
    expect(first.state).toBe("draining");
    expect(await drainWorker(admin, id)).toEqual(first);
    expect(await resumeWorker(admin, id)).toMatchObject({ state: "online", drainRequestedAt: null });
    await client.query("SELECT 1");
    await client.end();
    expect(told).toEqual(Array.from({ length: 3 }, () => readId("worker", id)));
  });

  test("needs an admin, and a worker that answers", async () => {
    const id = await makeWorker("w", "online", 1);
    const gone = await makeWorker("gone", "online", 60);
    for (const verb of [drainWorker, resumeWorker]) {
      for (const role of ["viewer", "operator"] as const)
        await expect(verb({ ...ctx, role }, id)).rejects.toMatchObject({ code: "forbidden" });
      await expect(verb(admin, gone)).rejects.toMatchObject({ code: "conflict" });
      for (const missing of ["junk", showId("worker", newId()), showId("task", newId())])
        await expect(verb(admin, missing)).rejects.toMatchObject({ code: "not_found" });
    }
  });
});

describe("removing", () => {
  test("takes an offline worker away, with its predecessors", async () => {
    await makeWorker("w", "offline", 600);
    const id = await makeWorker("w", "offline", 300);
    const other = await makeWorker("v", "offline", 300);
    await removeWorker(admin, id);
    expect((await listWorkers(ctx)).map((view) => view.id)).toEqual([other]);
    await expect(removeWorker(admin, id)).rejects.toMatchObject({ code: "not_found" });
  });

  test("needs an admin and is refused while the worker answers", async () => {
    const id = await makeWorker("w", "paused", 1);
    await expect(removeWorker(admin, id)).rejects.toMatchObject({ code: "conflict" });
    await expect(removeWorker({ ...ctx, role: "operator" }, id)).rejects.toMatchObject({ code: "forbidden" });
  });
});
