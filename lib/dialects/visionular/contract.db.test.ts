import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import jobResult from "#lib/dialects/visionular/fixtures/job-result.json" with { type: "json" };
import mediaInfo from "#lib/dialects/visionular/fixtures/media-info.json" with { type: "json" };
import queryTaskSucceeded from "#lib/dialects/visionular/fixtures/query-task-succeeded.json" with { type: "json" };
import {
  callAurora,
  expectGoTypes,
  failure,
  success,
  type Body,
  type CallOptions,
} from "#lib/dialects/visionular/test-client.ts";
import { getEnv } from "#lib/env.ts";
import { makeProject, startTestWeb, type TestWeb } from "#lib/http/test-web.ts";
import { idTime, uuidToHex } from "#lib/ids.ts";
import type { JobResult } from "#lib/jobs/view.ts";
import { ensureLocalOutput } from "#lib/outputs/ensure-local-output.ts";
import { syncPredefinedTemplates } from "#lib/templates/predefined-templates.ts";

let web: TestWeb;
let alpha: Awaited<ReturnType<typeof makeProject>>;
let beta: Awaited<ReturnType<typeof makeProject>>;
let storageId: string;

beforeAll(async () => {
  web = await startTestWeb();
  [alpha, beta] = await Promise.all([makeProject("alpha"), makeProject("beta")]);
  await syncPredefinedTemplates(db());
  for (const { projectId } of [alpha, beta]) {
    const folder = `${getEnv().outputRoots[0] ?? ""}/${projectId}`;
    await ensureLocalOutput(db(), { projectId, name: "media", folder });
  }
  const output = await db().output.findFirstOrThrow({ where: { projectId: alpha.projectId } });
  storageId = uuidToHex(output.id).slice(-16);
});
afterAll(async () => {
  await web.stop();
});

const call = (method: string, path: string, options?: CallOptions) =>
  callAurora({ url: web.url, basic: alpha.basic }, method, path, options);
const create = (changes: Record<string, unknown> = {}) => {
  const wanted = {
    template_name: "System_DASH_MP4_H264",
    input: "https://media.example/1102553305.mp4",
    output: "output_dash/1102553305_2_dash.mpd",
    storage_id: storageId,
  };
  return call("POST", "create_task", { body: { ...wanted, ...changes } });
};
const createdId = async (changes: Record<string, unknown> = {}) => {
  const { body } = await create(changes);
  expect(body.code).toBe(0);
  return body.data["task_id"] as string;
};
/** The newest row, which must be the one behind a vendor's id. */
const rowOf = async (vendorId: string) => {
  const row = await db().task.findFirstOrThrow({ orderBy: { number: "desc" }, include: { jobs: true } });
  expect(vendorId.slice(-18)).toBe(uuidToHex(row.id).slice(-18));
  return row;
};

test("curly brackets in output are letters of the name, none of our variables", async () => {
  for (const output of ["a/{input_name}.mpd", "b/{nothing}-{date.mpd"]) {
    const id = await createdId({ output });
    const { body } = await call("GET", `query_task?task_id=${id}`);
    expect(body.data["output"]).toBe(output);
  }
});

describe("create_task", () => {
  test("answers with an id of 14 digits of time and 18 hex digits, and nothing else", async () => {
    const { status, body } = await create();
    expect(status).toBe(200);
    expect(body).toEqual(success({ task_id: expect.stringMatching(/^\d{14}[0-9a-f]{18}$/) as string }));
    const row = await rowOf(body.data["task_id"] as string);
    expect((body.data["task_id"] as string).slice(0, 14)).toBe(
      new Date(idTime(row.id)).toISOString().replaceAll(/\D/g, "").slice(0, 14),
    );
    expect(row).toMatchObject({
      trigger: "visionular",
      sourceType: "url",
      templateNames: ["System_DASH_MP4_H264"],
    });
    expect(row.unitId).not.toBeNull();
    expect(row.jobs[0]?.primaryPath).toBe("output_dash/1102553305_2_dash.mpd");
  });

  test("takes a path in the named storage, and ignores what it does not know", async () => {
    const id = await createdId({
      input: "/in/a film.mp4",
      output: "/out/film.mpd",
      extra_options: { output_groups: [] },
      another: 1,
    });
    const row = await rowOf(id);
    expect(row.source).toMatchObject({ type: "object", path: "in/a film.mp4" });
    expect(row.jobs[0]?.primaryPath).toBe("out/film.mpd");
  });

  test.each([
    ["a missing field", { output: undefined }, 1001, "BadParam: output"],
    ["a number for a string", { input: 7 }, 1001, "BadParam: input"],
    ["an unknown template", { template_name: "System_Nothing" }, 1001, "BadParam: template_name"],
    ["an unknown storage", { storage_id: "0123456789abcdef" }, 1004, "EmptyResult: storage_id"],
    [
      "a scheme that we cannot fetch",
      { input: "oss://bucket/a.mp4" },
      1001,
      "BadParam: input: oss:// is not supported",
    ],
    ["a path that leads out of the storage", { output: "../other/a.mpd" }, 1001, "BadParam: output"],
    ["an input that leads out of the storage", { input: "../../etc/passwd" }, 1001, "BadParam: input"],
    ["an empty input", { input: "" }, 1001, "BadParam: input"],
  ])("%s is a business error: HTTP 200 and a code", async (_name, changes, code, msg) => {
    expect(await create(changes)).toEqual(failure(code, msg));
  });

  test("a body that is no JSON is BadParam too", async () => {
    const response = await fetch(`${web.url}/vodencoding/v1/create_task`, {
      method: "POST",
      headers: { Authorization: alpha.basic, "Auth-Type": "use-basic", "Content-Type": "application/json" },
      body: "{",
    });
    expect({ status: response.status, body: (await response.json()) as Body }).toEqual(
      failure(1001, "BadParam: The body is not valid JSON."),
    );
  });
});

describe("query_task", () => {
  test("of a waiting task: every field with the type that the Go client decodes", async () => {
    const id = await createdId();
    const { status, body } = await call("GET", `query_task?task_id=${id}`);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      task_id: id,
      status: "pending",
      progress: 0,
      code: 0,
      message: "",
      storage_id: storageId,
      started_time: 0,
    });
    expectGoTypes(body.data);
  });

  test("of a running task: its phase has a word, its progress is whole and below 100", async () => {
    const id = await createdId();
    const row = await rowOf(id);
    for (const [phase, word] of [
      ["fetching", "downloading"],
      ["transcoding", "running"],
      ["publishing", "uploading"],
    ] as const) {
      await db().task.update({
        where: { id: row.id },
        data: { status: "running", phase, startedAt: new Date() },
      });
      await db().job.updateMany({ where: { taskId: row.id }, data: { status: "running" } });
      await db().jobProgress.upsert({
        where: { jobId: row.jobs[0]!.id },
        create: { jobId: row.jobs[0]!.id, percent: 99.7 },
        update: {},
      });
      const { body } = await call("GET", `query_task?task_id=${id}`);
      expect(body.data).toMatchObject({ status: word, progress: 99 });
      expectGoTypes(body.data);
    }
  });

  test("of a succeeded task: the whole body", async () => {
    const id = await createdId();
    const row = await rowOf(id);
    const times = {
      createdAt: new Date("2026-11-20T12:00:00.400Z"),
      startedAt: new Date("2026-11-20T12:00:01.000Z"),
      finishedAt: new Date("2026-11-20T12:00:03.500Z"),
    };
    await db().task.update({
      where: { id: row.id },
      data: { status: "succeeded", phase: null, mediaInfo, ...times },
    });
    await db().job.updateMany({
      where: { taskId: row.id },
      data: { status: "succeeded", result: jobResult as JobResult },
    });
    const { body } = await call("GET", `query_task?task_id=${id}`);
    expect(body).toEqual(success({ ...queryTaskSucceeded, task_id: id, storage_id: storageId }));
    expectGoTypes(body.data);
  });

  test.each([
    ["failed", "INPUT_NOT_FOUND", 1003],
    ["failed", "OUTPUT_DENIED", 1001],
    ["failed", "WORKER_LOST", 1005],
    ["canceled", null, 0],
    ["partial", null, 0],
  ] as const)("a task that is %s (%s) has failed, with code and message", async (status, errorCode, code) => {
    const id = await createdId();
    const row = await rowOf(id);
    const errorParams = {
      host: "media.example",
      status: 404,
      output: "media",
      reason: "EACCES",
      seconds: 30,
      attempts: 3,
    };
    await db().task.update({
      where: { id: row.id },
      data: { status, errorCode, errorParams, finishedAt: new Date() },
    });
    const { body } = await call("GET", `query_task?task_id=${id}`);
    expect(body.data).toMatchObject({
      status: "failed",
      code,
      message: expect.stringMatching(/\w/) as string,
    });
    expectGoTypes(body.data);
  });

  test("what is not there is EmptyResult, another project's task too", async () => {
    const id = await createdId();
    const foreign = await call("GET", `query_task?task_id=${id}`, { headers: { Authorization: beta.basic } });
    expect(foreign).toEqual(failure(1004, "EmptyResult: task_id"));
    for (const other of [
      `${id.slice(0, -1)}${id.endsWith("0") ? "1" : "0"}`,
      "nonsense",
      id.toUpperCase() + "0",
      "99999999999999" + id.slice(14),
    ])
      expect(await call("GET", `query_task?task_id=${other}`)).toEqual(failure(1004, "EmptyResult: task_id"));
    expect(await call("GET", "query_task")).toEqual(failure(1001, "BadParam: task_id is missing"));
  });
});
