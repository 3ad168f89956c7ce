import { beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { readId } from "#lib/ids.ts";
import { insertTestTask, makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { COUNT_CAP, countTasks } from "#lib/tasks/count-tasks.ts";
import { listTasks, listTasksByOffset } from "#lib/tasks/list-tasks.ts";
import { NO_FILTERS } from "#lib/tasks/queries.ts";
import type { TaskFilters } from "#lib/tasks/schema.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
  await insertTestTask(foreign, { name: "theirs.mov" });
});

const ids = async (filters: Partial<TaskFilters>, of = project) =>
  (await listTasks(of.ctx("viewer"), { filters: { ...NO_FILTERS, ...filters } })).items.map(
    (item) => item.id,
  );

describe("paging", () => {
  let mine: TestProject;
  let all: string[];

  beforeAll(async () => {
    mine = await makeTestProject("Paging");
    // Three at each moment: the id decides among equals.
    for (let index = 0; index < 12; index++) {
      await insertTestTask(mine, { createdAt: new Date(Date.UTC(2026, 10, 1, 0, 0, Math.floor(index / 3))) });
    }
    const rows = await db().task.findMany({
      where: { projectId: mine.projectId },
      select: { id: true, createdAt: true },
    });
    all = rows
      .sort((a, b) => Number(b.createdAt) - Number(a.createdAt) || (a.id < b.id ? 1 : -1))
      .map((row) => row.id);
  });

  const walk = async (direction: "older" | "newer", start: string | null, limit: number) => {
    const seen: string[][] = [];
    let cursor = start;
    do {
      const page = await listTasks(mine.ctx(), { cursor, direction, limit });
      seen.push(page.items.map((item) => readId("task", item.id) ?? ""));
      cursor = direction === "older" ? page.nextCursor : page.previousCursor;
    } while (cursor !== null);
    return seen;
  };

  test.each([1, 2, 4, 5, 12, 100])(
    "of %i rows shows every task once, newest first, with equal times",
    async (limit) => {
      const pages = await walk("older", null, limit);
      expect(pages.flat()).toEqual(all);
      expect(pages).toHaveLength(Math.ceil(12 / limit));
    },
  );

  test("goes back up to a whole first page", async () => {
    const [, second] = await walk("older", null, 5);
    const { nextCursor } = await listTasks(mine.ctx(), { limit: 5 });
    const down = await listTasks(mine.ctx(), { cursor: nextCursor, limit: 5 });
    expect(down.items.map((item) => readId("task", item.id))).toEqual(second);
    const up = await listTasks(mine.ctx(), { cursor: down.previousCursor, direction: "newer", limit: 5 });
    expect(up.items.map((item) => readId("task", item.id))).toEqual(all.slice(0, 5));
    expect(up.previousCursor).toBeNull();
    const last = await listTasks(mine.ctx(), { cursor: down.nextCursor, limit: 5 });
    expect(last.nextCursor).toBeNull();
    const middle = await listTasks(mine.ctx(), { cursor: last.previousCursor, direction: "newer", limit: 5 });
    expect(middle.items.map((item) => readId("task", item.id))).toEqual(all.slice(5, 10));
  });

  test("a cursor that is none shows the first page", async () => {
    const page = await listTasks(mine.ctx(), { cursor: "junk", limit: 3 });
    expect(page.items.map((item) => readId("task", item.id))).toEqual(all.slice(0, 3));
  });

  test("by offset gives the total too", async () => {
    const page = await listTasksByOffset(mine.ctx(), { filters: NO_FILTERS, skip: 10, limit: 5 });
    expect(page.total).toBe(12);
    expect(page.items.map((item) => readId("task", item.id))).toEqual(all.slice(10));
  });
});

describe("filters", () => {
  let failed: string;
  let queued: string;
  let odd: string;

  beforeAll(async () => {
    failed = await insertTestTask(project, {
      status: "failed",
      name: "Promo.MP4",
      createdAt: new Date("2026-11-01T00:00:00Z"),
    });
    queued = await insertTestTask(project, {
      status: "queued",
      name: "intro.mov",
      templateName: "System_HLS_H264",
      createdAt: new Date("2026-11-02T00:00:00Z"),
    });
    odd = await insertTestTask(project, {
      status: "partial",
      name: "100%_odd\\name.mov",
      createdAt: new Date("2026-11-03T00:00:00Z"),
    });
  });

  test("by status, several too", async () => {
    expect(await ids({ status: ["failed"] })).toEqual([failed]);
    expect(await ids({ status: ["failed", "partial"] })).toEqual([odd, failed]);
    expect(await ids({ status: ["canceled"] })).toEqual([]);
  });

  test("by a part of the name or of the address, whatever the case; wildcards are letters", async () => {
    expect(await ids({ text: "PROMO" })).toEqual([failed]);
    expect(await ids({ text: "cdn.example.test/intro" })).toEqual([queued]);
    expect(await ids({ text: "100%_" })).toEqual([odd]);
    expect(await ids({ text: "d\\n" })).toEqual([odd]);
    expect(await ids({ text: "10%odd" })).toEqual([]);
    expect(await ids({ text: "100_" })).toEqual([]);
  });

  test("by ids: one, several by comma or line, the start of one, a number", async () => {
    expect(await ids({ text: failed })).toEqual([failed]);
    expect(await ids({ text: `${failed},${odd}` })).toEqual([odd, failed]);
    expect(await ids({ text: `${failed}\n${queued}` })).toEqual([queued, failed]);
    expect(await ids({ text: failed.slice(0, 28) })).toContain(failed);
    expect(await ids({ text: failed.slice(0, 28) })).not.toContain("theirs");
    const { number } = await db().task.findUniqueOrThrow({ where: { id: readId("task", odd) ?? "" } });
    expect(await ids({ text: `#${number}` })).toEqual([odd]);
  });

  test("by template, Output and time", async () => {
    expect(await ids({ template: "System_HLS_H264" })).toEqual([queued]);
    expect(await ids({ outputId: project.output.id })).toHaveLength(3);
    expect(await ids({ outputId: foreign.output.id })).toEqual([]);
    expect(await ids({ outputId: "junk" })).toEqual([]);
    expect(await ids({ from: "2026-11-02T00:00:00Z", to: "2026-11-03T00:00:00Z" })).toEqual([queued]);
    expect(await ids({ from: "2026-11-02T08:00:00+08:00" })).toEqual([odd, queued]);
  });

  test("a foreign project's tasks are never there, not even by id", async () => {
    const theirs = (await ids({}, foreign))[0]!;
    expect(await ids({ text: theirs })).toEqual([]);
    expect(
      (await listTasks(project.ctx(), { ids: [theirs, failed, "junk"] })).items.map((item) => item.id),
    ).toEqual([failed]);
  });

  test("a row shows its jobs' progress, size and failure", async () => {
    const id = await insertTestTask(project, { status: "running", name: "live.mov" });
    const job = await db().job.findFirstOrThrow({ where: { taskId: readId("task", id) ?? "" } });
    await db().jobProgress.create({
      data: { jobId: job.id, percent: 43, speed: 2.1, fps: 50, etaSeconds: 100 },
    });
    await db().job.updateMany({
      where: { task: { id: readId("task", odd) ?? "" } },
      data: {
        errorCode: "INPUT_NO_VIDEO",
        errorParams: { streams: "audio (aac)" },
        evidence: ["x"],
        result: { sizeBytes: 12_000_000_000 },
      },
    });
    const { items } = await listTasks(project.ctx(), { ids: [id, odd] });
    expect(items[0]).toMatchObject({
      progress: 43,
      speed: 2.1,
      etaSeconds: 100,
      jobs: [{ index: 0, status: "running", percent: 43 }],
      templates: [{ name: "System_MP4_H264", version: 1 }],
    });
    expect(items[1]).toMatchObject({
      sizeBytes: 12_000_000_000,
      failure: { code: "INPUT_NO_VIDEO", evidence: ["x"] },
    });
    await db().task.delete({ where: { id: readId("task", id) ?? "" } });
  });
});

describe("counts", () => {
  test("are by status, with and without the status filter", async () => {
    const counts = await countTasks(project.ctx("viewer"), { ...NO_FILTERS, status: ["failed"] });
    expect(counts).toEqual({
      total: 1,
      isCapped: false,
      byStatus: { queued: 1, running: 0, succeeded: 0, partial: 1, failed: 1, canceled: 0 },
    });
    expect(await countTasks(foreign.ctx(), NO_FILTERS)).toMatchObject({
      total: 1,
      byStatus: { succeeded: 1 },
    });
  });

  test("stop at 10,000, and say so", async () => {
    const many = await makeTestProject("Many");
    await db().$executeRaw`
      INSERT INTO "Task" (id, "projectId", name, "searchText", status, "sourceType", source, "outputId", "outputPattern", trigger, "updatedAt")
      SELECT gen_random_uuid(), ${many.projectId}::uuid, 'a', 'a', 'succeeded', 'url', '{}', ${readId("output", many.output.id)}::uuid, 'a', 'api', now()
      FROM generate_series(1, ${COUNT_CAP + 5})`;
    expect(await countTasks(many.ctx(), NO_FILTERS)).toMatchObject({
      total: COUNT_CAP,
      isCapped: true,
      byStatus: { succeeded: COUNT_CAP },
    });
  });
});
