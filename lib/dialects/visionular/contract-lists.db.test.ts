import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import queryTemplate from "#lib/dialects/visionular/fixtures/query-template-dash.json" with { type: "json" };
import {
  callAurora,
  expectGoTypes,
  failure,
  success,
  type CallOptions,
} from "#lib/dialects/visionular/test-client.ts";
import { getEnv } from "#lib/env.ts";
import { makeProject, startTestWeb, type TestWeb } from "#lib/http/test-web.ts";
import { uuidToHex } from "#lib/ids.ts";
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

describe("list_task", () => {
  let ids: string[];
  beforeAll(async () => {
    await db().task.deleteMany({ where: { projectId: alpha.projectId } });
    ids = [];
    for (let i = 0; i < 12; i++) ids.unshift(await createdId({ output: `list/${i}.mpd` }));
  });
  const list = async (query: string) => {
    const { body } = await call("GET", `list_task?${query}`);
    expect(body).toEqual(
      success({
        total: expect.any(Number) as number,
        num: expect.any(Number) as number,
        list: expect.any(Array) as unknown[],
      }),
    );
    const data = body.data as { total: number; num: number; list: Record<string, unknown>[] };
    expect(data.num).toBe(data.list.length);
    data.list.forEach(expectGoTypes);
    return { ...data, ids: data.list.map((task) => task["task_id"]) };
  };

  test("in the Go client's style: all five parameters, empty and zero for none", async () => {
    expect(await list("count=5&start_num=2&start_time=0&end_time=0&status=")).toMatchObject({
      total: 12,
      num: 5,
      ids: ids.slice(2, 7),
    });
    expect(await list("count=0&start_num=0&start_time=0&end_time=0&status=pending")).toMatchObject({
      total: 12,
      ids: ids.slice(0, 10),
    });
    expect(await list("count=5&start_num=0&start_time=0&end_time=0&status=succeeded")).toMatchObject({
      total: 0,
      num: 0,
      ids: [],
    });
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

  test.each([
    ["status=paused", "status must be one of"],
    ["limit=ten", "limit must be a whole number"],
    ["start_time=-1", "start_time must be"],
  ])("%s is BadParam", async (query, msg) => {
    expect(await call("GET", `list_task?${query}`)).toEqual(failure(1001, msg));
  });

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
      expect.arrayContaining([
        "System_MP4_H264",
        "System_HLS_H264",
        "System_DASH_MP4_H264",
        "System_MP4_H265",
        "System_Audio_AAC",
      ]),
    );
    for (const template of list) {
      const one = await call("GET", `query_template?template_name=${String(template["template_name"])}`);
      expect(one.body).toEqual(success(template));
      expect(typeof template["audio_sample_rate"]).toBe("string");
      for (const name of ["framerate", "video_bitrate", "audio_bitrate", "created_at"])
        expect(template[name]).toSatisfy(Number.isInteger);
    }
  });

  test("query_template of a DASH ladder: the whole body", async () => {
    const { body } = await call("GET", "query_template?template_name=System_DASH_MP4_H264");
    expect(body).toEqual(
      success({
        ...queryTemplate,
        created_at: expect.any(Number) as number,
        description: expect.any(String) as string,
      }),
    );
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
  const refused = {
    code: 1002,
    msg: expect.stringContaining("AuthFail: ") as string,
    data: {},
    request_id: expect.any(String) as string,
  };

  test.each([
    ["a wrong secret", () => ({ Authorization: `Basic ${btoa(`${alpha.accessKeyId}:wrong`)}` })],
    ["an unknown key", () => ({ Authorization: `Basic ${btoa("nobody:wrong")}` })],
    ["no auth-type", () => ({ "auth-type": "" })],
    ["another auth-type", () => ({ "auth-type": "use-signature" })],
    ["another scheme", () => ({ Authorization: `Bearer ${alpha.secret}` })],
    ["nothing at all", () => ({ Authorization: "" })],
  ])("%s: 401", async (_name, headers) => {
    expect(await call("GET", "list_storage", { headers: headers() })).toEqual({ status: 401, body: refused });
  });

  test("a revoked key, and one for other dialects only: 401", async () => {
    const accessKeyId = alpha.accessKeyId;
    await db().accessKey.update({ where: { accessKeyId }, data: { dialects: ["native"] } });
    expect((await call("GET", "list_storage")).status).toBe(401);
    await db().accessKey.update({
      where: { accessKeyId },
      data: { dialects: ["visionular"], revokedAt: new Date() },
    });
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
