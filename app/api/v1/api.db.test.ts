import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { DELETE as deleteTaskRoute, GET as getTaskRoute } from "./tasks/[taskId]/route.ts";
import { POST as cancelRoute } from "./tasks/[taskId]/cancel/route.ts";
import { POST as retryRoute } from "./tasks/[taskId]/retry/route.ts";
import { GET as logsRoute } from "./tasks/[taskId]/logs/route.ts";
import { GET as thumbnailRoute } from "./tasks/[taskId]/thumbnail/route.ts";
import { GET as countsRoute } from "./tasks/counts/route.ts";
import { GET as listRoute, POST as createRoute } from "./tasks/route.ts";
import { DELETE as deleteTemplateRoute, GET as getTemplateRoute } from "./templates/[templateId]/route.ts";
import { GET as templatesRoute, POST as createTemplateRoute } from "./templates/route.ts";
import { GET as outputsRoute } from "./outputs/route.ts";
import { GET as samplesRoute } from "./samples/route.ts";
import { GET as uploadRoute } from "./uploads/[uploadId]/route.ts";
import { GET as probeRoute } from "./probes/[probeId]/route.ts";
import { GET as workersRoute } from "./workers/route.ts";
import { ensureAccessKey } from "#lib/accounts/ensure-access-key.ts";
import type { Role } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { newId, readId, showId } from "#lib/ids.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";

/** The route handlers as Next calls them, with an access key; the server around them has tests of its own. */

type Handler = (request: Request, context: { params: Promise<never> }) => Promise<Response>;
type Call = {
  path?: string;
  params?: Record<string, string>;
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  key?: string | null;
};

let project: TestProject;
let foreign: TestProject;

async function makeKey(of: TestProject, accessKeyId: string, role: Role): Promise<void> {
  await ensureAccessKey({
    projectId: of.projectId,
    accessKeyId,
    secret: "a secret of the tests",
    name: accessKeyId,
    role,
    dialects: ["native"],
  });
}

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
  await makeKey(project, "ours", "operator");
  await makeKey(project, "reader", "viewer");
  await makeKey(foreign, "theirs", "admin");
});
afterAll(stopBoss);

async function call(
  handler: unknown,
  { path = "", params = {}, method = "GET", body, headers = {}, key = "ours" }: Call = {},
) {
  const sent = new Headers(headers);
  if (key !== null)
    sent.set("Authorization", `Basic ${Buffer.from(`${key}:a secret of the tests`).toString("base64")}`);
  if (body !== undefined) sent.set("Content-Type", "application/json");
  const request = new Request(`http://127.0.0.1:3000/api/v1/${path}`, {
    method,
    headers: sent,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const response = await (handler as Handler)(request, { params: Promise.resolve(params as never) });
  const isJson = response.headers.get("Content-Type")?.includes("json") === true;
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? await response.json() : await response.text()) as never,
  };
}

const create = (body: unknown, more: Call = {}) => call(createRoute, { method: "POST", body, ...more });

describe("tasks", () => {
  test("are created once per idempotency key: 201, 200, 409", async () => {
    const headers = { "Idempotency-Key": "once" };
    const first = await create(project.request(), { headers });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      status: "queued",
      trigger: "api",
      createdBy: { kind: "key", name: "ours" },
    });
    const again = await create(project.request(), { headers });
    expect([again.status, (again.body as { id: string }).id]).toEqual([
      200,
      (first.body as { id: string }).id,
    ]);
    const other = await create(project.request({ priority: 3 }), { headers });
    expect([other.status, other.body]).toMatchObject([409, { error: { code: "conflict", issues: [] } }]);
  });

  test("are listed, counted, read, canceled and deleted", async () => {
    const { body: task } = (await create(project.request())) as { body: { id: string } };
    const params = { taskId: task.id };
    const page = await call(listRoute, { path: `tasks?q=${task.id}&status=queued`, key: "reader" });
    expect(page.body).toMatchObject({
      items: [{ id: task.id, queuePosition: expect.any(Number) as number }],
      nextCursor: null,
      previousCursor: null,
    });
    expect((await call(countsRoute, { path: `tasks/counts?q=${task.id}` })).body).toMatchObject({
      total: 1,
      isCapped: false,
      byStatus: { queued: 1 },
    });
    expect((await call(getTaskRoute, { params })).body).toMatchObject({
      id: task.id,
      events: [{ type: "created" }],
    });
    expect((await call(cancelRoute, { params, method: "POST" })).body).toMatchObject({ status: "canceled" });
    expect((await call(cancelRoute, { params, method: "POST" })).status).toBe(409);
    const again = { params, method: "POST" };
    expect((await call(retryRoute, again)).body).toMatchObject({ error: { code: "conflict" } });
    const { body: canceled } = (await call(getTaskRoute, { params })) as { body: { jobs: { id: string }[] } };
    const body = { jobs: canceled.jobs.map((job) => job.id) };
    expect((await call(retryRoute, { ...again, body })).body).toMatchObject({ status: "queued" });
    const deleted = await call(deleteTaskRoute, {
      path: `tasks/${task.id}?files=true`,
      params,
      method: "DELETE",
    });
    expect([deleted.status, deleted.body]).toEqual([204, ""]);
    expect((await call(getTaskRoute, { params })).body).toEqual({
      error: { code: "not_found", message: "This task does not exist or was deleted.", issues: [] },
    });
  });

  test("give their log as JSON and as a file, and their picture", async () => {
    const { body: task } = (await create(project.request())) as { body: { id: string } };
    const taskId = readId("task", task.id) ?? "";
    await db().taskLog.create({ data: { taskId, attempt: 1, level: "command", text: "ffmpeg" } });
    const params = { taskId: task.id };
    expect((await call(logsRoute, { path: "x?from=0&limit=10", params })).body).toMatchObject({
      total: 1,
      lines: [{ line: 1, text: "ffmpeg" }],
    });
    const text = await call(logsRoute, { path: "x?format=text", params });
    expect(text.headers.get("Content-Disposition")).toContain("attachment");
    expect(text.body).toContain("ffmpeg");
    expect((await call(thumbnailRoute, { params })).status).toBe(404);
    await db().taskThumbnail.create({ data: { taskId, jpeg: Buffer.from([0xff]) } });
    expect((await call(thumbnailRoute, { params })).headers.get("Content-Type")).toBe("image/jpeg");
  });

  test("name what is wrong with a request, field by field", async () => {
    const { status, body } = await create({
      source: { type: "url", url: "nonsense" },
      templates: [],
      outputPattern: "",
    });
    expect(status).toBe(400);
    const { error } = body as { error: { code: string; issues: { path: string }[] } };
    expect(error.code).toBe("invalid_input");
    expect(error.issues.map((issue) => issue.path).sort()).toEqual([
      "outputId",
      "outputPattern",
      "source.url",
      "templates",
    ]);
  });
});

test("templates are listed, made, read and deleted", async () => {
  const spec = { container: "m4a", video: null, audio: { codec: "aac" } };
  const made = await call(createTemplateRoute, { method: "POST", body: { name: "Voice", spec } });
  expect(made.status).toBe(201);
  const params = { templateId: (made.body as { id: string }).id };
  expect((await call(templatesRoute, { key: "reader" })).body).toMatchObject({
    items: expect.arrayContaining([{ ...(made.body as object), usedBy: 0 }]) as unknown[],
  });
  expect((await call(getTemplateRoute, { params })).body).toEqual({ ...(made.body as object), usedBy: 0 });
  expect((await call(deleteTemplateRoute, { params, method: "DELETE" })).status).toBe(204);
  expect((await call(getTemplateRoute, { params })).status).toBe(404);
});

test("Outputs, samples and workers are lists", async () => {
  expect((await call(outputsRoute)).body).toMatchObject({ items: [project.output] });
  for (const route of [samplesRoute, workersRoute])
    expect((await call(route)).body).toMatchObject({ items: expect.any(Array) as unknown[] });
});

describe("who may", () => {
  const calls: [string, unknown, Call][] = [
    ["GET task", getTaskRoute, {}],
    ["DELETE task", deleteTaskRoute, { method: "DELETE" }],
    ["POST cancel", cancelRoute, { method: "POST" }],
    ["GET logs", logsRoute, {}],
    ["GET thumbnail", thumbnailRoute, {}],
    ["GET template", getTemplateRoute, {}],
    ["DELETE template", deleteTemplateRoute, { method: "DELETE" }],
    ["GET upload", uploadRoute, {}],
    ["GET probe", probeRoute, {}],
  ];
  let params: Record<string, string>;

  beforeAll(async () => {
    const { body: task } = (await create(project.request())) as { body: { id: string } };
    const [templateId, uploadId, probeId] = [newId(), newId(), newId()];
    const { projectId } = project;
    await db().template.create({
      data: { id: templateId, projectId, kind: "custom", name: "Ours", spec: {} },
    });
    await db().upload.create({
      data: { id: uploadId, projectId, name: "a", sizeBytes: 1n, expiresAt: new Date() },
    });
    await db().probe.create({ data: { id: probeId, projectId, source: {} } });
    params = {
      taskId: task.id,
      templateId: showId("template", templateId),
      uploadId: showId("upload", uploadId),
      probeId: showId("probe", probeId),
    };
  });

  test.each(calls)("%s: another project's caller gets 404, nobody gets 401", async (_, handler, more) => {
    expect((await call(handler, { ...more, params, key: "theirs" })).status).toBe(404);
    expect((await call(handler, { ...more, params, key: null })).status).toBe(401);
  });

  test.each([
    ["create a task", () => create(project.request(), { key: "reader" })],
    ["cancel one", () => call(cancelRoute, { params, method: "POST", key: "reader" })],
    ["delete one", () => call(deleteTaskRoute, { params, method: "DELETE", key: "reader" })],
    ["make a template", () => call(createTemplateRoute, { method: "POST", body: {}, key: "reader" })],
    ["delete one", () => call(deleteTemplateRoute, { params, method: "DELETE", key: "reader" })],
  ])("a viewer may not %s", async (_, act) => {
    expect(await act()).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
  });
});
