import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { db } from "#lib/db/client.ts";
import { resetEnv } from "#lib/env.ts";
import { readId } from "#lib/ids.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { claimDelivery } from "#lib/webhooks/claim-delivery.ts";
import { createEndpoint } from "#lib/webhooks/create-endpoint.ts";
import { DeliveryLoop } from "#lib/webhooks/delivery-loop.ts";
import { enableEndpoint } from "#lib/webhooks/enable-endpoint.ts";
import { getDelivery } from "#lib/webhooks/get-delivery.ts";
import { recordAttempt } from "#lib/webhooks/record-attempt.ts";
import { resendDelivery } from "#lib/webhooks/resend-delivery.ts";
import { rotateSecret } from "#lib/webhooks/rotate-secret.ts";
import { testEndpoint } from "#lib/webhooks/test-endpoint.ts";
import { isSignedWith, startSink } from "#lib/webhooks/test-sink.ts";

/** The outbox against a real receiver: what counts, what is tried again, and that the id stays. */

const LOCAL = { allowedPrivateCidrs: ["127.0.0.0/8"] };
const closers: (() => Promise<void>)[] = [];
let project: TestProject;

beforeAll(() => {
  vi.stubEnv("ALLOWED_PRIVATE_CIDRS", "127.0.0.0/8");
  resetEnv();
});
beforeEach(async () => {
  project = await makeTestProject();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await db().webhookDelivery.deleteMany();
});

type Answer = Parameters<typeof startSink>[0];

async function sinkWith(answer: Answer) {
  const sink = await startSink(answer);
  closers.push(sink.close);
  return sink;
}

/** An endpoint at the sink and one test event for it. */
async function sendTo(url: string) {
  const { endpoint, secret } = await createEndpoint(project.ctx("admin"), {
    url,
    events: ["task.succeeded"],
  });
  const delivery = await testEndpoint(project.ctx("admin"), endpoint.id);
  return { endpointId: endpoint.id, secret, deliveryId: delivery.id };
}

function startLoop(options: Partial<ConstructorParameters<typeof DeliveryLoop>[0]> = {}) {
  const loop = new DeliveryLoop({ policy: LOCAL, pollMs: 20, ...options });
  closers.push(() => loop.stop());
  return loop;
}

const read = (deliveryId: string) => getDelivery(project.ctx("admin"), deliveryId);

async function until(deliveryId: string, isDone: (seen: Awaited<ReturnType<typeof read>>) => boolean) {
  for (let tries = 0; tries < 400; tries++) {
    const seen = await read(deliveryId);
    if (isDone(seen)) return seen;
    await sleep(25);
  }
  throw new Error(`waited in vain: ${JSON.stringify(await read(deliveryId))}`);
}

/** Lets the next try be due now. */
const hurry = (deliveryId: string) =>
  db().webhookDelivery.update({
    where: { id: readId("webhookDelivery", deliveryId) ?? "" },
    data: { nextAttemptAt: new Date(), claimedUntil: null },
  });

test("200: one request, signed, delivered", async () => {
  const sink = await sinkWith((response) => response.writeHead(200).end("thank you"));
  const { secret, deliveryId } = await sendTo(sink.url);
  startLoop();
  const seen = await until(deliveryId, ({ state }) => state === "delivered");
  expect(seen).toMatchObject({ attempts: 1, lastStatus: 200, lastError: null, nextAttemptAt: null });
  expect(seen.tried).toMatchObject([{ number: 1, status: 200, error: null, response: "thank you" }]);
  expect(sink.received).toHaveLength(1);
  const [request] = sink.received;
  expect(request?.headers["content-type"]).toBe("application/json");
  expect(request?.headers["webhook-id"]).toBe(seen.eventId);
  expect(request?.body).toBe(seen.body);
  expect(isSignedWith(secret, request!)).toBe(true);
  expect(isSignedWith(secret, { ...request!, body: `${request!.body} ` })).toBe(false);
});

test("500, then 200: tried again after about five seconds, with the same event id and body", async () => {
  const sink = await sinkWith((response, count) => response.writeHead(count === 1 ? 500 : 204).end());
  const { secret, deliveryId } = await sendTo(sink.url);
  startLoop();
  const failed = await until(deliveryId, ({ attempts }) => attempts === 1);
  expect(failed).toMatchObject({ state: "failed", lastStatus: 500, lastError: "status" });
  const wait = Date.parse(failed.nextAttemptAt ?? "") - Date.parse(failed.tried[0]?.at ?? "");
  expect(wait).toBeGreaterThan(4_000);
  expect(wait).toBeLessThan(7_000);
  await hurry(deliveryId);
  await until(deliveryId, ({ state }) => state === "delivered");
  const [first, second] = sink.received;
  expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
  expect(second?.body).toBe(first?.body);
  expect(isSignedWith(secret, second!)).toBe(true);
});

test("503 with Retry-After: the receiver's wish is honoured", async () => {
  const sink = await sinkWith((response) => response.writeHead(503, { "retry-after": "120" }).end());
  const { deliveryId } = await sendTo(sink.url);
  startLoop();
  const { nextAttemptAt, tried } = await until(deliveryId, ({ attempts }) => attempts === 1);
  expect(Date.parse(nextAttemptAt ?? "") - Date.parse(tried[0]?.at ?? "")).toBeGreaterThan(115_000);
});

test("no answer: a time-out, tried again", async () => {
  const sink = await sinkWith(() => undefined);
  const { deliveryId } = await sendTo(sink.url);
  startLoop({ timeoutMs: 200 });
  const seen = await until(deliveryId, ({ attempts }) => attempts === 1);
  expect(seen).toMatchObject({ state: "failed", lastStatus: null, lastError: "timeout" });
});

test("302: a failure, and nobody goes there", async () => {
  const other = await sinkWith((response) => response.writeHead(200).end());
  const sink = await sinkWith((response) => response.writeHead(302, { location: other.url }).end());
  const { deliveryId } = await sendTo(sink.url);
  startLoop();
  const seen = await until(deliveryId, ({ attempts }) => attempts === 1);
  expect(seen).toMatchObject({ state: "failed", lastStatus: 302, lastError: "redirect" });
  expect(other.received).toEqual([]);
});

test("410: given up, and the endpoint is disabled; what else is due waits", async () => {
  const sink = await sinkWith((response) => response.writeHead(410).end());
  const { endpointId, deliveryId } = await sendTo(sink.url);
  startLoop();
  expect(await until(deliveryId, ({ attempts }) => attempts === 1)).toMatchObject({
    state: "dead",
    lastStatus: 410,
  });
  const row = await db().webhookEndpoint.findUniqueOrThrow({
    where: { id: readId("webhookEndpoint", endpointId) ?? "" },
  });
  expect(row).toMatchObject({ enabled: false, disabledReason: "gone" });
  await expect(resendDelivery(project.ctx(), deliveryId)).rejects.toMatchObject({ code: "conflict" });
  await enableEndpoint(project.ctx("admin"), endpointId, true);
  await resendDelivery(project.ctx(), deliveryId);
  await until(deliveryId, ({ attempts }) => attempts === 2);
  expect(sink.received[0]?.headers["webhook-id"]).toBe(sink.received[1]?.headers["webhook-id"]);
});

test("200 with a body that never ends: delivered, at most 1 KB kept, the connection cut", async () => {
  let isCut = false;
  const sink = await sinkWith((response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write("x".repeat(300)), 5);
    response.on("close", () => {
      clearInterval(timer);
      isCut = true;
    });
  });
  const { deliveryId } = await sendTo(sink.url);
  startLoop();
  const seen = await until(deliveryId, ({ state }) => state === "delivered");
  expect(seen.tried[0]?.response).toBe("x".repeat(1024));
  await expect.poll(() => isCut).toBe(true);
});

test("a body that drips does not hold the delivery up", async () => {
  const sink = await sinkWith((response) => {
    response.writeHead(200);
    response.write("slow\0");
  });
  const { deliveryId } = await sendTo(sink.url);
  startLoop();
  const seen = await until(deliveryId, ({ state }) => state === "delivered");
  expect(seen.tried[0]?.response).toBe("slow�");
});

test("nobody listens: unreachable, tried again", async () => {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const { deliveryId } = await sendTo(`http://127.0.0.1:${port}/`);
  startLoop();
  const seen = await until(deliveryId, ({ attempts }) => attempts === 1);
  expect(seen).toMatchObject({ state: "failed", lastError: "unreachable" });
});

test.each(["localhost", "[::1]", "2130706433"])("a private address is never called: %s", async (host) => {
  const sink = await sinkWith((response) => response.writeHead(200).end());
  const { deliveryId } = await sendTo(sink.url);
  await db().webhookDelivery.updateMany({
    where: { projectId: project.projectId },
    data: { url: sink.url.replace("127.0.0.1", host) },
  });
  startLoop({ policy: { allowedPrivateCidrs: [] } });
  const seen = await until(deliveryId, ({ attempts }) => attempts === 1);
  expect(seen).toMatchObject({ state: "failed", lastStatus: null, lastError: "blocked" });
  expect(sink.received).toEqual([]);
});

test("the seventh failure of a series ends it", async () => {
  const sink = await sinkWith((response) => response.writeHead(500).end());
  const { deliveryId } = await sendTo(sink.url);
  startLoop();
  for (let attempt = 1; attempt < 7; attempt++) {
    await until(deliveryId, ({ attempts }) => attempts === attempt);
    await hurry(deliveryId);
  }
  const seen = await until(deliveryId, ({ attempts }) => attempts === 7);
  expect(seen).toMatchObject({ state: "dead", nextAttemptAt: null });
  expect(new Set(sink.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
});

test("during a rotation both secrets verify", async () => {
  const sink = await sinkWith((response) => response.writeHead(200).end());
  const { endpointId, secret, deliveryId } = await sendTo(sink.url);
  const rotated = await rotateSecret(project.ctx("admin"), endpointId);
  expect(rotated.endpoint.previousSecretUntil).not.toBeNull();
  startLoop();
  await until(deliveryId, ({ state }) => state === "delivered");
  expect(isSignedWith(secret, sink.received[0]!)).toBe(true);
  expect(isSignedWith(rotated.secret, sink.received[0]!)).toBe(true);
  await db().webhookEndpoint.updateMany({ data: { previousSecretUntil: new Date(Date.now() - 1) } });
  await resendDelivery(project.ctx(), deliveryId);
  await expect.poll(() => sink.received.length).toBe(2);
  expect(isSignedWith(secret, sink.received[1]!)).toBe(false);
  expect(isSignedWith(rotated.secret, sink.received[1]!)).toBe(true);
});

test("two loops at once send each event once", async () => {
  const sink = await sinkWith((response) => response.writeHead(200).end());
  const { endpointId } = await sendTo(sink.url);
  for (let more = 0; more < 19; more++) await testEndpoint(project.ctx("admin"), endpointId);
  startLoop();
  startLoop();
  await expect.poll(() => db().webhookDelivery.count({ where: { state: "delivered" } })).toBe(20);
  expect(sink.received).toHaveLength(20);
  expect(new Set(sink.received.map(({ headers }) => headers["webhook-id"])).size).toBe(20);
});

test("a claim whose process died is taken over, and the dead one's result is dropped", async () => {
  const { deliveryId } = await sendTo("http://127.0.0.1:9/");
  const zombie = await claimDelivery([]);
  expect(await claimDelivery([])).toBeNull();
  await hurry(deliveryId);
  const heir = await claimDelivery([]);
  expect(heir?.fence).toBe((zombie?.fence ?? 0) + 1);
  const sent = { problem: null, status: 200, latencyMs: 5, response: "", retryAfterSeconds: null };
  expect(await recordAttempt(zombie!, sent)).toBe(false);
  expect(await recordAttempt(heir!, { ...sent, problem: "status", status: 500 })).toBe(true);
  expect(await recordAttempt(heir!, sent)).toBe(true);
  expect(await recordAttempt(heir!, sent)).toBe(false);
  expect((await read(deliveryId)).attempts).toBe(2);
});

test("a loop that stops gives back what it was waiting for, unspent", async () => {
  const sink = await sinkWith((response, count) => {
    if (count > 1) response.writeHead(200).end();
  });
  const { deliveryId } = await sendTo(sink.url);
  const loop = startLoop();
  await expect.poll(() => sink.received.length).toBe(1);
  await loop.stop();
  expect(await read(deliveryId)).toMatchObject({ state: "pending", attempts: 0 });
  startLoop();
  await until(deliveryId, ({ state }) => state === "delivered");
}, 20_000);

test("a disabled endpoint's events wait for it", async () => {
  const sink = await sinkWith((response) => response.writeHead(200).end());
  const { endpointId, deliveryId } = await sendTo(sink.url);
  await enableEndpoint(project.ctx("admin"), endpointId, false);
  expect(await claimDelivery([])).toBeNull();
  expect((await read(deliveryId)).isPaused).toBe(true);
  await enableEndpoint(project.ctx("admin"), endpointId, true);
  startLoop();
  await until(deliveryId, ({ state }) => state === "delivered");
});
