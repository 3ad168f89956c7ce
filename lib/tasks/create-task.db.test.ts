import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { newId, readId, showId } from "#lib/ids.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { stopBoss, TASK_QUEUE } from "#lib/queue/boss.ts";
import { createTask } from "#lib/tasks/create-task.ts";
import { getTask } from "#lib/tasks/get-task.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});
afterAll(stopBoss);

const refusal = (path: string, message: RegExp) => ({
  code: "invalid_input",
  issues: [{ path, message: expect.stringMatching(message) as string }],
});

describe("a task from a URL", () => {
  test("is queued with one job per template, a unit, a timeline and its own copy of the spec", async () => {
    const { task, created } = await createTask(
      project.ctx(),
      project.request({
        templates: ["System_HLS_H264", "System_MP4_H264"],
        outputPattern: "films/{input_name}",
        tags: ["a", "a"],
        userData: "u",
      }),
    );
    expect(created).toBe(true);
    expect(task).toMatchObject({
      name: "intro.mov",
      status: "queued",
      waitingFor: null,
      progress: null,
      queuePosition: 1,
      queueLength: 1,
      source: { type: "url", label: "intro.mov", url: "https://cdn.example.test/films/intro.mov" },
      output: { id: project.output.id, name: "media", type: "local" },
      tags: ["a"],
      userData: "u",
      createdBy: { kind: "user", name: "Li Wei" },
      failure: null,
      thumbnailUrl: null,
    });
    expect(task.jobs.map((job) => [job.template.name, job.container, job.primaryPath, job.status])).toEqual([
      ["System_HLS_H264", "hls", "films/intro_System_HLS_H264.m3u8", "queued"],
      ["System_MP4_H264", "mp4", "films/intro_System_MP4_H264.mp4", "queued"],
    ]);
    expect(task.events.map((event) => event.type)).toEqual(["created"]);
    const row = await db().task.findUniqueOrThrow({
      where: { id: readId("task", task.id) ?? "" },
      include: { jobs: true },
    });
    expect(row.jobs[0]?.spec).toMatchObject({ container: "hls" });
    const units = await db().$queryRaw<
      { data: unknown }[]
    >`SELECT data FROM pgboss.job WHERE name = ${TASK_QUEUE} AND id = ${row.unitId}::uuid`;
    expect(units).toEqual([{ data: { taskId: row.id, tries: 0 } }]);
  });

  test("takes its number and its creation time into the path", async () => {
    const { task } = await createTask(
      project.ctx(),
      project.request({ outputPattern: "{date}/{time}/{task_number}.mp4" }),
    );
    const at = task.createdAt;
    expect(task.jobs[0]?.primaryPath).toBe(
      `${at.slice(0, 10)}/${at.slice(11, 19).replaceAll(":", "")}/${task.number}.mp4`,
    );
  });

  test("keeps an extension that fits, as AuroraCloud's programs send it", async () => {
    const { task } = await createTask(
      project.ctx(),
      project.request({
        templates: ["System_DASH_MP4_H264"],
        outputPattern: "output_dash/1102553305_2_dash.mpd",
      }),
    );
    expect(task.jobs[0]?.primaryPath).toBe("output_dash/1102553305_2_dash.mpd");
  });
});

describe("a file name that another task holds", () => {
  const pathOf = async (of: TestProject, changes: Parameters<TestProject["request"]>[0] = {}) => {
    const { task } = await createTask(of.ctx(), of.request({ outputPattern: "x/{input_name}", ...changes }));
    return { id: readId("task", task.id) ?? "", path: task.jobs[0]?.primaryPath };
  };

  test("gets the next free number before its extension", async () => {
    const mine = await makeTestProject("Names");
    const first = await pathOf(mine);
    expect(first.path).toBe("x/intro.mp4");
    expect((await pathOf(mine)).path).toBe("x/intro-2.mp4");
    const parallel = await Promise.all([pathOf(mine), pathOf(mine), pathOf(mine)]);
    expect(parallel.map(({ path }) => path).sort()).toEqual([
      "x/intro-3.mp4",
      "x/intro-4.mp4",
      "x/intro-5.mp4",
    ]);
    // What failed holds no name; what succeeded does.
    await db().job.updateMany({ where: { taskId: first.id }, data: { status: "succeeded" } });
    await db().job.updateMany({ where: { taskId: parallel[0].id }, data: { status: "failed" } });
    expect((await pathOf(mine)).path).toBe(parallel[0].path);
  });

  test("is kept when a dialect's program asks for it", async () => {
    const mine = await makeTestProject("Vendor names");
    await pathOf(mine);
    const ctx = { ...mine.ctx(), trigger: "visionular" as const };
    const { task } = await createTask(ctx, mine.request({ outputPattern: "x/intro.mp4" }));
    expect(task.jobs[0]?.primaryPath).toBe("x/intro.mp4");
  });
});

describe("a refused request", () => {
  test.each([
    [
      "an unknown template, with names that are near",
      { templates: ["System_MP4_H265x"] },
      "templates",
      /no template System_MP4_H265x.*System_MP4_H265/,
    ],
    [
      "one of several templates",
      { templates: ["System_MP4_H264", "nope"] },
      "templates.1",
      /no template nope/,
    ],
    [
      "a template twice",
      { templates: ["System_MP4_H264", "System_MP4_H264"] },
      "templates.1",
      /chosen twice/,
    ],
    ["an unknown Output", { outputId: showId("output", newId()) }, "outputId", /no such Output/],
    ["an unknown variable", { outputPattern: "{input_nam}" }, "outputPattern", /no variable \{input_nam\}/],
    ["a name with ../", { outputPattern: "../{input_name}" }, "outputPattern", /must stay inside the Output/],
    [
      "an address with a password",
      { source: { type: "url" as const, url: "https://u:p@cdn.example.test/a.mp4" } },
      "source.url",
      /user name and the password/,
    ],
    [
      "another scheme",
      { source: { type: "url" as const, url: "ftp://cdn.example.test/a.mp4" } },
      "source.url",
      /http:\/\//,
    ],
    [
      "an unknown sample",
      { source: { type: "sample" as const, sample: "nope" } },
      "source.sample",
      /no such sample/,
    ],
    [
      "an unknown upload",
      { source: { type: "upload" as const, uploadId: showId("upload", newId()) } },
      "source.uploadId",
      /no such upload/,
    ],
    ["a zero byte in a tag", { tags: ["fine", "a\0b"] }, "tags.1", /zero byte/],
    ["a zero byte in the file name", { outputPattern: "a\0b" }, "outputPattern", /zero byte/],
    ["a zero byte", { userData: "a\0b" }, "userData", /zero byte/],
  ])("names %s", async (_, changes, path, message) => {
    await expect(createTask(project.ctx(), project.request(changes))).rejects.toMatchObject(
      refusal(path, message),
    );
  });

  test("reads an object only inside a known Output", async () => {
    const object = (outputId: string, path: string) =>
      project.request({ source: { type: "object", outputId, path } });
    await expect(createTask(project.ctx(), object(foreign.output.id, "a.mp4"))).rejects.toMatchObject(
      refusal("source.outputId", /no such Output/),
    );
    await expect(createTask(project.ctx(), object(project.output.id, "a/../../b.mp4"))).rejects.toMatchObject(
      refusal("source.path", /inside the Output/),
    );
    const { task } = await createTask(project.ctx(), object(project.output.id, "in/a b.mp4"));
    expect(task.source).toEqual({ type: "object", label: "a b.mp4", output: "media", path: "in/a b.mp4" });
  });

  test("of a viewer leaves nothing behind", async () => {
    const before = await db().task.count();
    await expect(createTask(project.ctx("viewer"), project.request())).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(await db().task.count()).toBe(before);
  });

  test("a foreign project's Output, template and upload are unknown", async () => {
    await db().template.create({
      data: {
        id: newId(),
        projectId: foreign.projectId,
        kind: "custom",
        name: "Theirs",
        spec: { container: "mp4" },
      },
    });
    await expect(
      createTask(project.ctx(), project.request({ outputId: foreign.output.id })),
    ).rejects.toMatchObject(refusal("outputId", /no such/));
    await expect(createTask(project.ctx(), project.request({ templates: ["Theirs"] }))).rejects.toMatchObject(
      refusal("templates", /no template/),
    );
  });
});

describe("an idempotency key", () => {
  test("gives one task to ten calls at once", async () => {
    const calls = Array.from({ length: 10 }, () =>
      createTask(project.ctx(), project.request(), { idempotencyKey: "parallel" }),
    );
    const answers = await Promise.all(calls);
    expect(new Set(answers.map((answer) => answer.task.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.created)).toHaveLength(1);
  });

  test("is refused with another request", async () => {
    await createTask(project.ctx(), project.request(), { idempotencyKey: "other" });
    const different = project.request({ outputPattern: "other/{input_name}" });
    await expect(createTask(project.ctx(), different, { idempotencyKey: "other" })).rejects.toMatchObject({
      code: "conflict",
    });
  });

  test("is free again after a refusal and after 24 hours, and belongs to its project", async () => {
    const bad = project.request({ templates: ["nope"], idempotencyKey: "k" });
    await expect(createTask(project.ctx(), bad)).rejects.toMatchObject({ code: "invalid_input" });
    const first = await createTask(project.ctx(), project.request({ idempotencyKey: "k" }));
    expect(first.created).toBe(true);
    expect((await createTask(foreign.ctx(), foreign.request({ idempotencyKey: "k" }))).created).toBe(true);
    await db().idempotencyKey.updateMany({ data: { createdAt: new Date(Date.now() - 25 * 3_600_000) } });
    const later = await createTask(project.ctx(), project.request({ idempotencyKey: "k" }));
    expect(later.created).toBe(true);
    expect(later.task.id).not.toBe(first.task.id);
  });
});

test("a foreign project's task gets not_found", async () => {
  const { task } = await createTask(project.ctx(), project.request());
  await expect(getTask(foreign.ctx(), task.id)).rejects.toMatchObject({ code: "not_found" });
  await expect(getTask(project.ctx(), "tsk_nonsense")).rejects.toMatchObject({ code: "not_found" });
});
