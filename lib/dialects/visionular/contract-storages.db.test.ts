import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ensureAccessKey } from "#lib/accounts/ensure-access-key.ts";
import { db } from "#lib/db/client.ts";
import {
  callAurora,
  failure,
  success,
  type Answer,
  type CallOptions,
} from "#lib/dialects/visionular/test-client.ts";
import { getEnv } from "#lib/env.ts";
import { makeProject, startTestWeb, type TestWeb } from "#lib/http/test-web.ts";
import { newId, uuidToHex } from "#lib/ids.ts";
import { ensureLocalOutput } from "#lib/outputs/ensure-local-output.ts";

let web: TestWeb;
let alpha: Awaited<ReturnType<typeof makeProject>>;
let beta: Awaited<ReturnType<typeof makeProject>>;
let adminBasic: string;

beforeAll(async () => {
  web = await startTestWeb();
  [alpha, beta] = await Promise.all([makeProject("alpha"), makeProject("beta")]);
  const { projectId } = alpha;
  const [accessKeyId, secret] = ["admin-of-alpha", "secret of the admin 0123456789"];
  await ensureAccessKey({ projectId, accessKeyId, secret, name: "admin", role: "admin", dialects: ["*"] });
  adminBasic = `Basic ${Buffer.from(`${accessKeyId}:${secret}`).toString("base64")}`;
  const folder = `${getEnv().outputRoots[0] ?? ""}/${projectId}`;
  await ensureLocalOutput(db(), { projectId, name: "media", folder });
});
afterAll(async () => {
  await web.stop();
});

const call = (method: string, path: string, options?: CallOptions) =>
  callAurora({ url: web.url, basic: adminBasic }, method, path, options);
const asOperator = (method: string, path: string, options?: CallOptions) =>
  callAurora({ url: web.url, basic: alpha.basic }, method, path, options);
const SECRET = "canary-storage-secret";
const storage = (changes: Record<string, unknown> = {}) => ({
  type: "oss",
  region: "cn-hangzhou",
  bucket: "media-prod",
  prefix: "vod/films",
  notify: "https://hooks.example.com/aurora?token=1",
  storage_ak: "LTAI-canary",
  storage_sk: SECRET,
  ...changes,
});
const add = (changes: Record<string, unknown> = {}) =>
  call("POST", "add_storage", { body: storage(changes) });
const idOf = ({ body }: Answer) => {
  expect(body.code, body.msg).toBe(0);
  return body.data["storage_id"] as string;
};
const listed = async (list = call) =>
  ((await list("GET", "list_storage")).body.data as { list: Record<string, unknown>[] }).list;
const taskIn = async (storageId: string, status: "queued" | "succeeded") => {
  const outputs = await db().output.findMany({ where: { projectId: alpha.projectId } });
  const output = outputs.find(({ id }) => uuidToHex(id).endsWith(storageId));
  const id = newId();
  await db().task.create({
    data: {
      ...{ id, projectId: alpha.projectId, name: "a.mp4", searchText: "a.mp4", status },
      ...{ sourceType: "url", source: {}, outputId: output?.id ?? "", outputPattern: "a" },
      ...{ templateNames: [], trigger: "visionular" },
    },
  });
  return id;
};

describe("add_storage", () => {
  test("answers with the id, and list_storage has every field back but the keys", async () => {
    const answer = await add();
    expect(answer).toEqual({
      status: 200,
      body: success({ storage_id: expect.stringMatching(/^[0-9a-f]{16}$/) as string }),
    });
    const found = (await listed()).find(({ storage_id }) => storage_id === idOf(answer));
    expect(found).toEqual({
      storage_id: idOf(answer),
      type: "oss",
      region: "cn-hangzhou",
      bucket: "media-prod",
      prefix: "vod/films/",
      notify: "https://hooks.example.com/aurora?token=1",
      extra: "",
      name_rule: "",
      created_time: expect.any(Number) as number,
    });
    const everything = JSON.stringify([answer, await listed(), await listed(asOperator)]);
    expect(everything).not.toContain(SECRET);
    expect(everything).not.toContain("LTAI-canary");
    const row = await db().output.findFirstOrThrow({ where: { bucket: "media-prod" } });
    expect(row).toMatchObject({
      name: "media-prod/vod/films",
      endpoint: "https://s3.oss-cn-hangzhou.aliyuncs.com",
      forcePathStyle: false,
    });
  });

  test("an operator's key sees a storage without the query of its notify", async () => {
    expect((await listed(asOperator)).map(({ notify }) => notify)).toContain(
      "https://hooks.example.com/aurora?…",
    );
  });

  test.each([
    [{ type: "s3", region: "eu-central-1" }, "s3", "https://s3.eu-central-1.amazonaws.com"],
    [{ type: "COS", region: "ap-guangzhou" }, "cos", "https://cos.ap-guangzhou.myqcloud.com"],
    [{ type: "obs", region: "cn-north-4" }, "obs", "https://obs.cn-north-4.myhuaweicloud.com"],
    [
      { type: "s3", region: "", endpoint: "https://minio.example.com:9000" },
      "s3",
      "https://minio.example.com:9000",
    ],
  ])("%j is found under the vendor's type", async (changes, type, endpoint) => {
    const id = idOf(await add({ ...changes, bucket: "typed-bucket" }));
    expect((await listed()).find(({ storage_id }) => storage_id === id)).toMatchObject({ type });
    const row = await db().output.findFirst({ where: { bucket: "typed-bucket", endpoint } });
    expect(row).not.toBeNull();
  });

  test("the same bucket twice is two storages", async () => {
    const ids = [idOf(await add({ bucket: "twice" })), idOf(await add({ bucket: "twice" }))];
    expect(new Set(ids).size).toBe(2);
  });

  test.each([
    [{ type: undefined }, "type is missing"],
    [{ type: "gcs" }, "type must be one of s3, oss, cos, obs"],
    [{ type: "local" }, "type must be one of"],
    [{ region: "" }, "region is missing"],
    [{ region: "evil.example/#" }, "region has letters"],
    [{ region: 1 }, "region must be a string"],
    [{ bucket: "" }, "bucket is missing"],
    [{ bucket: "a/b" }, "bucket: A bucket's name"],
    [{ prefix: "a/../b" }, "prefix: A prefix has no"],
    [{ notify: "ftp://hooks.example.com" }, "notify: Give an address"],
    [{ notify: "http://10.0.0.1/hook" }, "notify: 10.0.0.1 is a private"],
    [{ endpoint: "http://169.254.169.254" }, "endpoint: 169.254.169.254 is a private"],
    [{ storage_ak: undefined }, "storage_ak is missing"],
    [{ storage_sk: "" }, "storage_sk is missing"],
    [{ extra: "x" }, "extra is not supported"],
    [{ name_rule: "{date}" }, "name_rule is not supported"],
    [{ acl: "public-read" }, "acl"],
  ])("%j is BadParam, named, and adds nothing", async (changes, msg) => {
    const before = (await listed()).length;
    const answer = await add(changes);
    expect(answer).toEqual(failure(1001, msg));
    expect(JSON.stringify(answer)).not.toContain(SECRET);
    expect(await listed()).toHaveLength(before);
  });

  test("needs a key of role admin", async () => {
    const answer = await asOperator("POST", "add_storage", { body: storage({ bucket: "not-mine" }) });
    expect(answer).toEqual(failure(1002, "AuthFail: This needs the role admin"));
    expect(await db().output.count({ where: { bucket: "not-mine" } })).toBe(0);
  });
});

describe("del_storage", () => {
  test("deletes an unused one, archives a used one, and both are gone from the list", async () => {
    const [unused, used] = [idOf(await add({ bucket: "unused" })), idOf(await add({ bucket: "used" }))];
    await taskIn(used, "succeeded");
    for (const id of [unused, used])
      expect(await call("DELETE", `del_storage?storage_id=${id}`)).toEqual({
        status: 200,
        body: success({}),
      });
    const ids = (await listed()).map(({ storage_id }) => storage_id);
    expect(ids).not.toContain(unused);
    expect(ids).not.toContain(used);
    expect(await db().output.count({ where: { bucket: "unused" } })).toBe(0);
    expect(await db().output.count({ where: { bucket: "used", archivedAt: { not: null } } })).toBe(1);
    expect(await call("DELETE", `del_storage?storage_id=${used}`)).toEqual(failure(1004, "EmptyResult"));
  });

  test("is refused while a task is pending, for an operator, for another project, and without an id", async () => {
    const id = idOf(await add({ bucket: "busy" }));
    await taskIn(id, "queued");
    const target = `del_storage?storage_id=${id}`;
    expect(await call("DELETE", target)).toEqual(failure(1001, "1 task is queued or running"));
    expect(await asOperator("DELETE", target)).toEqual(failure(1002, "AuthFail"));
    expect(await call("DELETE", target, { headers: { Authorization: beta.basic } })).toEqual(
      failure(1004, "there is no such storage"),
    );
    expect(await call("DELETE", "del_storage")).toEqual(failure(1001, "storage_id is missing"));
    expect((await listed()).map(({ storage_id }) => storage_id)).toContain(id);
  });
});
