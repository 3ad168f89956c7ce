import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { makeProject, startTestWeb, type TestWeb } from "#lib/http/test-web.ts";
import { hexToUuid, idTime, uuidToHex } from "#lib/ids.ts";
import type { JobResult } from "#lib/jobs/view.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { ensureLocalOutput } from "#lib/outputs/ensure-local-output.ts";
import { syncPredefinedTemplates } from "#lib/templates/predefined-templates.ts";
import mediaInfo from "#lib/dialects/visionular/fixtures/media-info.json" with { type: "json" };
import jobResult from "#lib/dialects/visionular/fixtures/job-result.json" with { type: "json" };
import queryTaskSucceeded from "#lib/dialects/visionular/fixtures/query-task-succeeded.json" with { type: "json" };
import queryTemplate from "#lib/dialects/visionular/fixtures/query-template-dash.json" with { type: "json" };

type Body = { code: number; msg: string; data: Record<string, unknown>; request_id: string };
type Answer = { status: number; body: Body };

let web: TestWeb;
let alpha: Awaited<ReturnType<typeof makeProject>>;
let beta: Awaited<ReturnType<typeof makeProject>>;
let storageId: string;

beforeAll(async () => {
  web = await startTestWeb();
  [alpha, beta] = await Promise.all([makeProject("alpha"), makeProject("beta")]);
  await syncPredefinedTemplates(db());
  for (const { projectId } of [alpha, beta])
    await ensureLocalOutput(db(), { projectId, name: "media", folder: `${getEnv().outputRoots[0] ?? ""}/${projectId}` });
  const output = await db().output.findFirstOrThrow({ where: { projectId: alpha.projectId } });
  storageId = uuidToHex(output.id).slice(-16);
});
afterAll(async () => {
  await web.stop();
});

/** A call as the vendor's clients make it: JSON content type on GET too. */
async function call(method: string, path: string, options: { body?: unknown; headers?: Record<string, string> } = {}): Promise<Answer> {
  const response = await fetch(`${web.url}/vodencoding/v1/${path}`, {
    method,
    headers: { Authorization: alpha.basic, "auth-type": "use-basic", "Content-Type": "application/json", ...options.headers },
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
  });
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  return { status: response.status, body: (await response.json()) as Body };
}

const wanted = () => ({
  template_name: "System_DASH_MP4_H264",
  input: "https://media.example/1102553305.mp4",
  output: "output_dash/1102553305_2_dash.mpd",
  storage_id: storageId,
});
const create = async (changes: Record<string, unknown> = {}) => call("POST", "create_task", { body: { ...wanted(), ...changes } });
const createdId = async (changes: Record<string, unknown> = {}) => {
  const { body } = await create(changes);
  expect(body.code).toBe(0);
  return body.data["task_id"] as string;
};
/** The row behind a vendor's id. */
const rowOf = (vendorId: string) =>
  db().task.findFirstOrThrow({ where: { id: { gte: hexToUuid("0".repeat(32)) } }, orderBy: { number: "desc" }, include: { jobs: true } }).then((row) => {
    expect(vendorId.slice(-18)).toBe(uuidToHex(row.id).slice(-18));
    return row;
  });

const success = (data: unknown) => ({ code: 0, msg: "success", data, request_id: expect.any(String) as string });
const failure = (code: number, msg: string) => ({
  status: 200,
  body: { code, msg: expect.stringContaining(msg) as string, data: {}, request_id: expect.any(String) as string },
});

describe("create_task", () => {
  test("answers with an id of 14 digits of time and 18 hex digits, and nothing else", async () => {
    const { status, body } = await create();
    expect(status).toBe(200);
    expect(body).toEqual(success({ task_id: expect.stringMatching(/^\d{14}[0-9a-f]{18}$/) as string }));
    const row = await rowOf(body.data["task_id"] as string);
    expect((body.data["task_id"] as string).slice(0, 14)).toBe(new Date(idTime(row.id)).toISOString().replaceAll(/\D/g, "").slice(0, 14));
    expect(row).toMatchObject({ trigger: "visionular", sourceType: "url", templateNames: ["System_DASH_MP4_H264"] });
    expect(row.unitId).not.toBeNull();
    expect(row.jobs[0]?.primaryPath).toBe("output_dash/1102553305_2_dash.mpd");
  });

  test("takes a path in the named storage, and ignores what it does not know", async () => {
    const id = await createdId({ input: "/in/a film.mp4", output: "/out/film.mpd", extra_options: { output_groups: [] }, another: 1 });
    const row = await rowOf(id);
    expect(row.source).toMatchObject({ type: "object", path: "in/a film.mp4" });
    expect(row.jobs[0]?.primaryPath).toBe("out/film.mpd");
  });

  test.each([
    ["a missing field", { output: undefined }, 1001, "BadParam: output"],
    ["a number for a string", { input: 7 }, 1001, "BadParam: input"],
    ["an unknown template", { template_name: "System_Nothing" }, 1001, "BadParam: template_name"],
    ["an unknown storage", { storage_id: "0123456789abcdef" }, 1004, "EmptyResult: storage_id"],
    ["a scheme that we cannot fetch", { input: "oss://bucket/a.mp4" }, 1001, "BadParam: input: oss:// is not supported"],
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
    expect({ status: response.status, body: await response.json() }).toEqual(failure(1001, "BadParam: The body is not valid JSON."));
  });
});

describe("query_task", () => {
  test("of a waiting task: every field with the type that the Go client decodes", async () => {
    const id = await createdId();
    const { status, body } = await call("GET", `query_task?task_id=${id}`);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ task_id: id, status: "pending", progress: 0, code: 0, message: "", storage_id: storageId, started_time: 0 });
    expectGoTypes(body.data);
  });

  test("of a running task: its phase has a word, its progress is whole and below 100", async () => {
    const id = await createdId();
    const row = await rowOf(id);
    for (const [phase, word] of [["fetching", "downloading"], ["transcoding", "running"], ["publishing", "uploading"]] as const) {
      await db().task.update({ where: { id: row.id }, data: { status: "running", phase, startedAt: new Date() } });
      await db().job.updateMany({ where: { taskId: row.id }, data: { status: "running" } });
      await db().jobProgress.upsert({ where: { jobId: row.jobs[0]!.id }, create: { jobId: row.jobs[0]!.id, percent: 99.7 }, update: {} });
      const { body } = await call("GET", `query_task?task_id=${id}`);
      expect(body.data).toMatchObject({ status: word, progress: 99 });
      expectGoTypes(body.data);
    }
  });

  test("of a succeeded task: the whole body", async () => {
    const id = await createdId();
    const row = await rowOf(id);
    const times = { createdAt: new Date("2026-11-20T12:00:00.400Z"), startedAt: new Date("2026-11-20T12:00:01.000Z"), finishedAt: new Date("2026-11-20T12:00:03.500Z") };
    await db().task.update({ where: { id: row.id }, data: { status: "succeeded", phase: null, mediaInfo: mediaInfo as MediaInfo, ...times } });
    await db().job.updateMany({ where: { taskId: row.id }, data: { status: "succeeded", result: jobResult as JobResult } });
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
    const errorParams = { host: "media.example", status: 404, output: "media", reason: "EACCES", seconds: 30, attempts: 3 };
    await db().task.update({ where: { id: row.id }, data: { status, errorCode, errorParams, finishedAt: new Date() } });
    const { body } = await call("GET", `query_task?task_id=${id}`);
    expect(body.data).toMatchObject({ status: "failed", code, message: expect.stringMatching(/\w/) as string });
    expectGoTypes(body.data);
  });

  test("what is not there is EmptyResult, another project's task too", async () => {
    const id = await createdId();
    const foreign = await call("GET", `query_task?task_id=${id}`, { headers: { Authorization: beta.basic } });
    expect(foreign).toEqual(failure(1004, "EmptyResult: task_id"));
    for (const other of [`${id.slice(0, -1)}${id.endsWith("0") ? "1" : "0"}`, "nonsense", id.toUpperCase() + "0", "99999999999999" + id.slice(14)])
      expect(await call("GET", `query_task?task_id=${other}`)).toEqual(failure(1004, "EmptyResult: task_id"));
    expect(await call("GET", "query_task")).toEqual(failure(1001, "BadParam: task_id is missing"));
  });
});

describe("list_task", () => {
  let ids: string[];
  beforeAll(async () => {
    await db().task.deleteMany({ where: { projectId: alpha.projectId } });
    ids = [];
    for (let i = 0; i < 12; i++) ids.unshift(await createdId({ output: `list/${i}.mpd` }));
  });
  const list = async (query: string) => {
    const { body } = await call("GET", `list_task?${query}`);
    expect(body).toEqual(success({ total: expect.any(Number) as number, num: expect.any(Number) as number, list: expect.any(Array) as unknown[] }));
    const data = body.data as { total: number; num: number; list: Record<string, unknown>[] };
    expect(data.num).toBe(data.list.length);
    data.list.forEach(expectGoTypes);
    return { ...data, ids: data.list.map((task) => task["task_id"]) };
  };

  test("in the Go client's style: all five parameters, empty and zero for none", async () => {
    expect(await list("count=5&start_num=2&start_time=0&end_time=0&status=")).toMatchObject({ total: 12, num: 5, ids: ids.slice(2, 7) });
    expect(await list("count=0&start_num=0&start_time=0&end_time=0&status=pending")).toMatchObject({ total: 12, ids: ids.slice(0, 10) });
    expect(await list("count=5&start_num=0&start_time=0&end_time=0&status=succeeded")).toMatchObject({ total: 0, num: 0, ids: [] });
  });

  test("in the integrators' style: limit and skip, ten by default", async () => {
    expect((await list("")).ids).toEqual(ids.slice(0, 10));
    expect((await list("limit=3&skip=10")).ids).toEqual(ids.slice(10));
    expect((await list("limit=1000")).ids).toEqual(ids);
  });

  test("times in seconds or milliseconds, both ends counted", async () => {
    const newest = await db().task.findFirstOrThrow({ orderBy: { number: "desc" } });
    const ms = newest.createdAt.getTime();
    const seconds = Math.floor(ms / 1000);
    expect((await list(`start_time=${ms}&end_time=${ms}`)).ids).toContain(ids[0]);
    expect((await list(`start_time=${seconds}&end_time=${seconds}`)).ids).toContain(ids[0]);
    expect((await list(`start_time=${seconds + 2}`)).total).toBe(0);
    expect((await list(`end_time=${(seconds - 3600) * 1000}`)).total).toBe(0);
  });

  test.each([["status=paused", "status must be one of"], ["limit=ten", "limit must be a whole number"], ["start_time=-1", "start_time must be"]])(
    "%s is BadParam",
    async (query, msg) => {
      expect(await call("GET", `list_task?${query}`)).toEqual(failure(1001, msg));
    },
  );

  test("another project sees none of them", async () => {
    const { body } = await call("GET", "list_task", { headers: { Authorization: beta.basic } });
    expect(body).toEqual(success({ total: 0, num: 0, list: [] }));
  });
});

describe("templates and storages", () => {
  test("list_template has the predefined ones, each as query_template gives it", async () => {
    const { body } = await call("GET", "list_template");
    const { num, list } = body.data as { num: number; list: Record<string, unknown>[] };
    expect(num).toBe(list.length);
    expect(list.map((template) => template["template_name"])).toEqual(
      expect.arrayContaining(["System_MP4_H264", "System_HLS_H264", "System_DASH_MP4_H264", "System_MP4_H265", "System_Audio_AAC"]),
    );
    for (const template of list) {
      const one = await call("GET", `query_template?template_name=${String(template["template_name"])}`);
      expect(one.body).toEqual(success(template));
      expect(typeof template["audio_sample_rate"]).toBe("string");
      for (const name of ["framerate", "video_bitrate", "audio_bitrate", "created_at"]) expect(template[name]).toSatisfy(Number.isInteger);
    }
  });

  test("query_template of a DASH ladder: the whole body", async () => {
    const { body } = await call("GET", "query_template?template_name=System_DASH_MP4_H264");
    expect(body).toEqual(success({ ...queryTemplate, created_at: expect.any(Number) as number, description: expect.any(String) as string }));
    expect(await call("GET", "query_template?template_name=Nothing")).toEqual(failure(1004, "EmptyResult"));
  });

  test("list_storage has this project's Outputs and no secret", async () => {
    const { body } = await call("GET", "list_storage");
    expect(body).toEqual(
      success({
        num: 1,
        list: [
          {
            storage_id: storageId,
            type: "local",
            region: "",
            bucket: "media",
            prefix: "",
            notify: "",
            extra: "",
            name_rule: "",
            created_time: expect.any(Number) as number,
          },
        ],
      }),
    );
  });
});

describe("credentials", () => {
  const refused = { code: 1002, msg: expect.stringContaining("AuthFail: ") as string, data: {}, request_id: expect.any(String) as string };

  test.each([
    ["a wrong secret", () => ({ Authorization: `Basic ${btoa(`${alpha.accessKeyId}:wrong`)}` })],
    ["an unknown key", () => ({ Authorization: `Basic ${btoa("nobody:wrong")}` })],
    ["no auth-type", () => ({ "auth-type": "" })],
    ["another auth-type", () => ({ "auth-type": "use-signature" })],
    ["another scheme", () => ({ Authorization: `Bearer ${alpha.secret}` })],
    ["nothing at all", () => ({ Authorization: "" })],
  ])("%s: 401", async (_name, headers) => {
    expect(await call("GET", "list_storage", { headers: headers() as Record<string, string> })).toEqual({ status: 401, body: refused });
  });

  test("a revoked key, and one for other dialects only: 401", async () => {
    const accessKeyId = alpha.accessKeyId;
    await db().accessKey.update({ where: { accessKeyId }, data: { dialects: ["native"] } });
    expect((await call("GET", "list_storage")).status).toBe(401);
    await db().accessKey.update({ where: { accessKeyId }, data: { dialects: ["visionular"], revokedAt: new Date() } });
    expect((await call("GET", "list_storage")).status).toBe(401);
    await db().accessKey.update({ where: { accessKeyId }, data: { dialects: ["*"], revokedAt: null } });
    expect((await call("GET", "list_storage")).status).toBe(200);
  });

  test("a viewer's key reads and does not create", async () => {
    await db().accessKey.update({ where: { accessKeyId: alpha.accessKeyId }, data: { role: "viewer" } });
    expect((await call("GET", "list_task")).body.code).toBe(0);
    expect(await create()).toEqual(failure(1002, "AuthFail: "));
    await db().accessKey.update({ where: { accessKeyId: alpha.accessKeyId }, data: { role: "operator" } });
  });
});

/** The vendor's Go model: a wrong type in one field makes the whole call fail there. */
function expectGoTypes(task: Record<string, unknown>): void {
  const strings =
    "task_id input output template_name storage_id region status source_resolution source_video_codec source_audio_codec " +
    "output_resolution output_video_codec output_audio_codec format output_audio_samplerate encrypt_info custom_info message";
  const integers = "created_time started_time finished_time source_size output_size output_media_size code progress";
  const floats =
    "duration source_bitrate source_framerate source_video_bitrate source_audio_bitrate output_framerate output_bitrate ratio spend_time";
  for (const name of strings.split(" ")) expect(task[name], name).toBeTypeOf("string");
  for (const name of integers.split(" ")) expect(task[name], name).toSatisfy(Number.isSafeInteger);
  for (const name of floats.split(" ")) expect(task[name], name).toSatisfy(Number.isFinite);
}
