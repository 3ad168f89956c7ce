import { beforeEach, expect, test } from "vitest";

import type { Role } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { newId, readId, showId } from "#lib/ids.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { createEndpoint } from "#lib/webhooks/create-endpoint.ts";
import { deleteEndpoint } from "#lib/webhooks/delete-endpoint.ts";
import { enableEndpoint } from "#lib/webhooks/enable-endpoint.ts";
import { getCallbackSecret } from "#lib/webhooks/get-callback-secret.ts";
import { getDelivery } from "#lib/webhooks/get-delivery.ts";
import { listDeliveries } from "#lib/webhooks/list-deliveries.ts";
import { listEndpoints } from "#lib/webhooks/list-endpoints.ts";
import { resendDelivery } from "#lib/webhooks/resend-delivery.ts";
import { rotateSecret } from "#lib/webhooks/rotate-secret.ts";
import { testEndpoint } from "#lib/webhooks/test-endpoint.ts";

const URL = "https://hooks.example.test/vod?token=abc";
let project: TestProject;
let foreign: TestProject;

beforeEach(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});

const make = (url = URL) => createEndpoint(project.ctx("admin"), { url, events: ["task.failed"] });
const settle = (state: "delivered" | "dead") =>
  db().webhookDelivery.updateMany({
    where: { projectId: project.projectId, state: "pending" },
    data: { state, nextAttemptAt: null },
  });

test("the secret is shown when the endpoint is added, and stored encrypted", async () => {
  const { endpoint, secret } = await make();
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const row = await db().webhookEndpoint.findUniqueOrThrow({
    where: { id: readId("webhookEndpoint", endpoint.id) ?? "" },
    omit: { secretEncrypted: false },
  });
  expect(row.secretEncrypted).not.toContain(secret.slice(6));
  expect(JSON.stringify(await listEndpoints(project.ctx("admin")))).not.toContain(secret);
});

test.each([
  ["ftp://hooks.example.test/"],
  ["https://user:secret@hooks.example.test/"],
  ["hooks.example.test"],
  ["http://127.0.0.1/hook"],
  ["http://[::1]/hook"],
  ["http://169.254.169.254/latest"],
  ["http://2130706433/"],
])("%s is no address for an endpoint", async (url) => {
  await expect(make(url)).rejects.toMatchObject({ code: "invalid_input", issues: [{ path: "url" }] });
});

test("an endpoint needs an event that there is", async () => {
  const create = (events: unknown) => createEndpoint(project.ctx("admin"), { url: URL, events });
  await expect(create([])).rejects.toMatchObject({ code: "invalid_input" });
  await expect(create(["task.born"])).rejects.toMatchObject({ code: "invalid_input" });
  expect((await create(["task.failed", "task.succeeded", "task.failed"])).endpoint.events).toEqual([
    "task.succeeded",
    "task.failed",
  ]);
});

test("only admins see the query of an address and what receivers answered", async () => {
  const { endpoint } = await make();
  const { id } = await testEndpoint(project.ctx("admin"), endpoint.id);
  await db().webhookAttempt.create({
    data: {
      deliveryId: readId("webhookDelivery", id) ?? "",
      number: 1,
      status: 500,
      latencyMs: 3,
      response: "inner words",
    },
  });
  for (const role of ["viewer", "operator"] as const) {
    expect((await listEndpoints(project.ctx(role))).items[0]?.url).toBe("https://hooks.example.test/vod?…");
    expect(JSON.stringify(await listDeliveries(project.ctx(role)))).not.toContain("token=abc");
    const seen = await getDelivery(project.ctx(role), id);
    expect(JSON.stringify(seen)).not.toMatch(/token=abc|inner words/);
  }
  expect((await getDelivery(project.ctx("admin"), id)).tried[0]?.response).toBe("inner words");
});

test("a rotation gives a new secret and keeps the old one for a day", async () => {
  const { endpoint, secret } = await make();
  const rotated = await rotateSecret(project.ctx("admin"), endpoint.id);
  expect(rotated.secret).not.toBe(secret);
  const left = Date.parse(rotated.endpoint.previousSecretUntil ?? "") - Date.now();
  expect(Math.round(left / 3_600_000)).toBe(24);
});

test("deleting an endpoint gives up what is due and keeps the deliveries", async () => {
  const { endpoint } = await make();
  const { id } = await testEndpoint(project.ctx("admin"), endpoint.id);
  await deleteEndpoint(project.ctx("admin"), endpoint.id);
  expect((await listEndpoints(project.ctx())).items).toEqual([]);
  expect(await getDelivery(project.ctx("admin"), id)).toMatchObject({
    state: "dead",
    lastError: "endpoint_deleted",
    target: { kind: "endpoint", id: null },
  });
  await expect(resendDelivery(project.ctx(), id)).rejects.toMatchObject({ code: "conflict" });
});

test("a resend keeps id and body and starts a new series; what is about to be sent needs none", async () => {
  const { endpoint } = await make();
  const { id } = await testEndpoint(project.ctx("admin"), endpoint.id);
  await expect(resendDelivery(project.ctx(), id)).rejects.toMatchObject({ code: "conflict" });
  const before = await getDelivery(project.ctx(), id);
  await settle("dead");
  await db().webhookDelivery.updateMany({ data: { tries: 7, attempts: 7 } });
  expect(await resendDelivery(project.ctx(), id)).toMatchObject({ state: "pending", attempts: 7 });
  const after = await getDelivery(project.ctx(), id);
  expect([after.eventId, after.body]).toEqual([before.eventId, before.body]);
  const row = { id: readId("webhookDelivery", id) ?? "" };
  expect((await db().webhookDelivery.findUniqueOrThrow({ where: row })).tries).toBe(0);
});

test("deliveries are listed newest first, page by page, and filtered", async () => {
  const { endpoint } = await make();
  const sent = [];
  for (let count = 0; count < 5; count++) {
    sent.push((await testEndpoint(project.ctx("admin"), endpoint.id)).id);
    // Ids of one millisecond have no order.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const first = await listDeliveries(project.ctx(), { limit: "2" });
  const second = await listDeliveries(project.ctx(), { limit: "2", cursor: first.nextCursor });
  const third = await listDeliveries(project.ctx(), { limit: "2", cursor: second.nextCursor });
  expect([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).toEqual(sent.reverse());
  expect(third.nextCursor).toBeNull();
  expect((await listDeliveries(project.ctx(), { state: "dead" })).items).toEqual([]);
  expect((await listDeliveries(project.ctx(), { endpoint: endpoint.id })).items).toHaveLength(5);
  expect((await listDeliveries(project.ctx(), { endpoint: "whe_nonsense" })).items).toEqual([]);
  expect((await listDeliveries(project.ctx(), { task: showId("task", newId()) })).items).toEqual([]);
  expect((await listDeliveries(project.ctx(), { state: "junk", limit: "junk" })).items).toHaveLength(5);
});

test("the success rate counts what ended", async () => {
  const { endpoint } = await make();
  for (const state of ["delivered", "delivered", "dead"] as const) {
    await testEndpoint(project.ctx("admin"), endpoint.id);
    await settle(state);
  }
  await testEndpoint(project.ctx("admin"), endpoint.id);
  expect((await listEndpoints(project.ctx())).items[0]?.rate).toEqual({ delivered: 2, dead: 1 });
});

test("an Output's callbacks have a secret of their own", async () => {
  const secretOf = () => getCallbackSecret(project.ctx("admin"), project.output.id);
  await expect(secretOf()).rejects.toMatchObject({ code: "not_found" });
  await db().output.updateMany({
    where: { projectId: project.projectId },
    data: { callbackUrl: "https://out.example.test/x" },
  });
  const { secret } = await secretOf();
  expect(secret).toMatch(/^whsec_/);
  expect(await secretOf()).toEqual({ secret });
  expect((await listEndpoints(project.ctx())).callbacks).toEqual([
    {
      outputId: project.output.id,
      outputName: "media",
      url: "https://out.example.test/x",
      rate: { delivered: 0, dead: 0 },
    },
  ]);
});

test("endpoints are an admin's, a resend is an operator's", async () => {
  const { endpoint } = await make();
  const { id } = await testEndpoint(project.ctx("admin"), endpoint.id);
  const refused = { code: "forbidden" };
  const asked = (role: Role) => [
    () => createEndpoint(project.ctx(role), { url: URL, events: ["task.failed"] }),
    () => enableEndpoint(project.ctx(role), endpoint.id, false),
    () => rotateSecret(project.ctx(role), endpoint.id),
    () => testEndpoint(project.ctx(role), endpoint.id),
    () => getCallbackSecret(project.ctx(role), project.output.id),
    () => deleteEndpoint(project.ctx(role), endpoint.id),
  ];
  for (const call of [...asked("viewer"), ...asked("operator")])
    await expect(call()).rejects.toMatchObject(refused);
  await expect(resendDelivery(project.ctx("viewer"), id)).rejects.toMatchObject(refused);
});

test("a foreign project's endpoints and deliveries do not exist", async () => {
  const { endpoint } = await make();
  const { id } = await testEndpoint(project.ctx("admin"), endpoint.id);
  await db().output.updateMany({
    where: { projectId: project.projectId },
    data: { callbackUrl: "https://out.example.test/x" },
  });
  const ctx = foreign.ctx("admin");
  for (const call of [
    () => enableEndpoint(ctx, endpoint.id, false),
    () => rotateSecret(ctx, endpoint.id),
    () => testEndpoint(ctx, endpoint.id),
    () => deleteEndpoint(ctx, endpoint.id),
    () => getDelivery(ctx, id),
    () => resendDelivery(ctx, id),
    () => getCallbackSecret(ctx, project.output.id),
  ])
    await expect(call()).rejects.toMatchObject({ code: "not_found" });
  expect(await listEndpoints(ctx)).toEqual({ items: [], callbacks: [] });
  expect((await listDeliveries(ctx, { endpoint: endpoint.id })).items).toEqual([]);
});
