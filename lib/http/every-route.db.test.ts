import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createAccessKey } from "#lib/access-keys/create-access-key.ts";
import { ensureAccessKey } from "#lib/accounts/ensure-access-key.ts";
import { db } from "#lib/db/client.ts";
import { readApiRoutes } from "#lib/http/api-routes.ts";
import { startTestWeb, type TestWeb } from "#lib/http/test-web.ts";
import { newId, readId, showId } from "#lib/ids.ts";
import { createInvite } from "#lib/invites/create-invite.ts";
import { insertTestTask, makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { createTemplate } from "#lib/templates/create-template.ts";
import { createEndpoint } from "#lib/webhooks/create-endpoint.ts";
import { testEndpoint } from "#lib/webhooks/test-endpoint.ts";

/**
 * Each route of the native API that has an id in its path, found in the route files, called by an admin of one project
 * with the id of another one's object. A new route joins by itself; a new kind of id fails here until it has an entry.
 */

const ROUTES = readApiRoutes(path.resolve(import.meta.dirname, "../.."));
const CASES = ROUTES.filter((route) => /\[[a-z]+Id\]/i.test(route.path)).flatMap((route) =>
  route.methods.map((method) => ({ route: route.path, method })),
);
/** Workers run the tasks of every project, so they have none; only admins touch them. */
const OF_THE_INSTALLATION = new Set(["workerId"]);

const SPEC = {
  container: "mp4",
  video: {
    codec: "h264",
    renditions: [{ name: "360p", height: 360, rateControl: { mode: "crf", crf: 26 } }],
  },
  audio: { codec: "aac" },
};
/** Bodies that would be accepted for an own object. */
const BODIES: Record<string, unknown> = {
  "POST /api/v1/tasks/[taskId]/retry": {},
  "PUT /api/v1/templates/[templateId]": { name: "Taken over", spec: SPEC, version: 1 },
  "POST /api/v1/templates/[templateId]/clone": { name: "Copied" },
  "PATCH /api/v1/outputs/[outputId]": { name: "Taken over" },
  "POST /api/v1/outputs/[outputId]/test": {},
  "POST /api/v1/users/[userId]/role": { role: "viewer" },
};

let web: TestWeb;
let ours: TestProject;
let theirs: TestProject;
let foreign: Record<string, string>;
let unknownIds: Record<string, string>;
const authorization = `Basic ${Buffer.from("ours:a secret of the tests").toString("base64")}`;

beforeAll(async () => {
  web = await startTestWeb();
  ours = await makeTestProject("Ours");
  theirs = await makeTestProject("Theirs");
  const secret = "a secret of the tests";
  await ensureAccessKey({
    projectId: ours.projectId,
    accessKeyId: "ours",
    secret,
    name: "ours",
    role: "admin",
    dialects: ["*"],
  });
  foreign = await makeForeign();
  unknownIds = Object.fromEntries(
    Object.entries(foreign).map(([name, id]) => [
      name,
      `${id.slice(0, id.indexOf("_"))}_${showId("task", newId()).slice(4)}`,
    ]),
  );
});
afterAll(async () => {
  await web.stop();
});

async function makeForeign(): Promise<Record<string, string>> {
  const admin = theirs.ctx("admin");
  const { endpoint } = await createEndpoint(admin, {
    url: "https://hooks.example.test/a",
    events: ["task.failed"],
  });
  const { key } = await createAccessKey(admin, { name: "theirs", role: "viewer", dialects: ["*"] });
  const [uploadId, probeId] = [newId(), newId()];
  await db().upload.create({
    data: {
      id: uploadId,
      projectId: theirs.projectId,
      name: "a.mov",
      sizeBytes: 10n,
      expiresAt: new Date(Date.now() + 1e9),
    },
  });
  await db().probe.create({
    data: {
      id: probeId,
      projectId: theirs.projectId,
      source: { type: "sample", sample: "x" },
      thumbnail: Buffer.from("a"),
    },
  });
  await db().output.updateMany({
    where: { projectId: theirs.projectId },
    data: { callbackUrl: "https://a.example/" },
  });
  const taskId = await insertTestTask(theirs, { status: "failed" });
  await db().taskThumbnail.create({ data: { taskId: readId("task", taskId) ?? "", jpeg: Buffer.from("a") } });
  const { invite } = await createInvite(admin, { email: "new@example.test", role: "viewer" });
  return {
    taskId,
    templateId: (await createTemplate(admin, { name: "Theirs", spec: SPEC })).id,
    outputId: theirs.output.id,
    uploadId: showId("upload", uploadId),
    probeId: showId("probe", probeId),
    userId: showId("user", theirs.userId),
    keyId: key.id,
    inviteId: invite.id,
    endpointId: endpoint.id,
    deliveryId: (await testEndpoint(admin, endpoint.id)).id,
  };
}

/** Everything of the other project, secrets included. */
async function stateOf({ projectId, userId }: TestProject): Promise<string> {
  const where = { where: { projectId } };
  const rows = await Promise.all([
    db().task.findMany({ ...where, include: { jobs: true, events: true } }),
    db().template.findMany(where),
    db().output.findMany({ ...where, omit: { credentialsEncrypted: false } }),
    db().upload.findMany(where),
    db().probe.findMany(where),
    db().accessKey.findMany({ ...where, omit: { secretEncrypted: false } }),
    db().invite.findMany(where),
    db().webhookEndpoint.findMany({ ...where, omit: { secretEncrypted: false } }),
    db().webhookDelivery.findMany(where),
    db().membership.findMany(where),
    db().user.findMany({ where: { id: userId }, omit: { passwordHash: false } }),
  ]);
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

async function call(method: string, route: string, ids: Record<string, string>) {
  const target = route.replaceAll(/\[(\w+)\]/g, (_, name: string) => ids[name] ?? `no-id-for-${name}`);
  const body = BODIES[`${method} ${route}`];
  const response = await fetch(`${web.url}${target}`, {
    method,
    headers: {
      Authorization: authorization,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

test("there are routes, and each id in a path has a foreign object in this test", () => {
  expect(CASES.length).toBeGreaterThan(25);
  const names = new Set(
    CASES.flatMap(({ route }) => [...route.matchAll(/\[(\w+Id)\]/g)].map(([, name = ""]) => name)),
  );
  for (const name of names)
    if (!OF_THE_INSTALLATION.has(name)) expect(Object.keys(foreign), name).toContain(name);
});

describe("the id of another project's object is the id of nothing", () => {
  test.each(CASES.filter(({ route }) => ![...OF_THE_INSTALLATION].some((name) => route.includes(name))))(
    "$method $route",
    async ({ method, route }) => {
      const before = await stateOf(theirs);
      const given = await call(method, route, foreign);
      expect([given.status, given.text]).toMatchObject([404, expect.stringContaining('"not_found"')]);
      const missing = await call(method, route, unknownIds);
      expect(given).toEqual(missing);
      for (const id of Object.values(foreign)) expect(given.text).not.toContain(id);
      expect(await stateOf(theirs)).toBe(before);
    },
  );
});

describe("without a credential every route but health and sign-in answers 401", () => {
  const open = new Set(["/api/health", "/api/auth/[...nextauth]", "/api/v1/invites/accept"]);
  const closed = ROUTES.filter((route) => !open.has(route.path)).flatMap((route) =>
    route.methods.map((method) => ({ route: route.path, method })),
  );
  test.each(closed)("$method $route", async ({ method, route }) => {
    const target = route.replaceAll(/\[(\w+)\]/g, (_, name: string) => foreign[name] ?? "x");
    const response = await fetch(`${web.url}${target}`, { method });
    expect([response.status, await response.text()]).toMatchObject([
      401,
      expect.stringContaining('"unauthenticated"'),
    ]);
  });
});

describe("ids of another project inside a body or a query", () => {
  const post = async (target: string, body: unknown) => {
    const response = await fetch(`${web.url}${target}`, {
      method: "POST",
      headers: { Authorization: authorization, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  };

  test("a task cannot use another project's Output, template, upload or files", async () => {
    const changes = [
      { outputId: foreign["outputId"] },
      { templates: [foreign["templateId"]] },
      { templates: ["Theirs"] },
      { source: { type: "upload", uploadId: foreign["uploadId"] } },
      { source: { type: "object", outputId: foreign["outputId"], path: "a.mov" } },
    ];
    for (const change of changes) {
      const answer = await post("/api/v1/tasks", { ...ours.request(), ...change });
      expect([answer.status, answer.text]).toMatchObject([400, expect.stringContaining("invalid_input")]);
    }
    expect(await db().task.count({ where: { projectId: ours.projectId } })).toBe(0);
  });

  test("nor can a preview", async () => {
    for (const source of [
      { type: "upload", uploadId: foreign["uploadId"] },
      { type: "object", outputId: foreign["outputId"], path: "a.mov" },
    ])
      expect((await post("/api/v1/probes", { source })).status).toBe(400);
  });

  test("lists and filters find nothing of it", async () => {
    const get = async (target: string) =>
      (await fetch(`${web.url}${target}`, { headers: { Authorization: authorization } })).text();
    const targets = [
      `/api/v1/tasks?ids=${foreign["taskId"] ?? ""}`,
      `/api/v1/tasks?q=${foreign["taskId"] ?? ""}`,
      `/api/v1/tasks?output=${foreign["outputId"] ?? ""}`,
      `/api/v1/webhooks/deliveries?endpoint=${foreign["endpointId"] ?? ""}`,
      `/api/v1/audit?object=${foreign["keyId"] ?? ""}`,
      `/api/v1/audit?actor=${foreign["userId"] ?? ""}`,
    ];
    for (const target of targets) expect(JSON.parse(await get(target)), target).toMatchObject({ items: [] });
    for (const target of ["/api/v1/users", "/api/v1/access-keys", "/api/v1/invites", "/api/v1/outputs"])
      for (const id of Object.values(foreign)) expect(await get(target)).not.toContain(id);
  });
});
