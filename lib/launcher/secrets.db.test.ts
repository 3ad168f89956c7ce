import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { ProductClient } from "#e2e/support/product-client.ts";
import { ACCESS_KEY, ADMIN, startProduct, type Product } from "#e2e/support/product.ts";
import { freePort } from "#lib/launcher/free-port.ts";
import type { CreatedAccessKey } from "#lib/access-keys/view.ts";
import type { TaskView } from "#lib/tasks/view.ts";
import { startSink } from "#lib/webhooks/test-sink.ts";
import type { EndpointWithSecret } from "#lib/webhooks/view.ts";

let folder = "";
let product: Product;
let sink: Awaited<ReturnType<typeof startSink>>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "vod-secrets-"));
  chmodSync(folder, 0o711);
  // It refuses, with the address of the request in its words.
  sink = await startSink((response, _, { path: asked }) => {
    response.writeHead(asked.startsWith("/hook") ? 200 : 403).end(`no: ${asked}`);
  });
  product = await startProduct(path.join(folder, "data"), await freePort(), { LOG_LEVEL: "trace" });
}, 120_000);
afterAll(async () => {
  await product.stop();
  await sink.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test("secrets that went through sign-in, keys, webhooks and failed fetches are in no log, error, evidence or event", async () => {
  const { url } = product;
  const wrong = "canary-wrong-password-51c3";
  await expect(ProductClient.admin(url, { email: ADMIN.email, password: wrong })).rejects.toThrow(/sign in/);
  const admin = await ProductClient.admin(url);
  const key = await admin.json<CreatedAccessKey>("/api/v1/access-keys", {
    name: "canary",
    role: "operator",
    dialects: ["*"],
  });
  const hook = await admin.json<EndpointWithSecret>("/api/v1/webhooks/endpoints", {
    url: `${sink.url}?token=canary-hook-token-77aa`,
    events: ["task.failed"],
  });
  const address = new URL(sink.url);
  const source =
    `http://${address.host}/bucket/film.mp4?X-Amz-Credential=canary-ak-8d21%2Fx` +
    `&X-Amz-Signature=canary-amz-signature-19be&q-signature=canary-cos-signature-aa02`;
  const program = ProductClient.program(url);
  const id = await program.submit({ type: "url", url: source }, "canary");
  const task = await program.until(id, "failed");
  await expect
    .poll(() => sink.received.some(({ path: asked }) => asked.startsWith("/hook")), { timeout: 20_000 })
    .toBe(true);
  const answers = await Promise.all([
    program.fetch("/api/v1/tasks", { source: { type: "url", url: "http://u:canary-userinfo-3f0c@" } }),
    program.fetch("/api/v1/tasks/tsk_x?sig=canary-query-90ad"),
    fetch(`${url}/api/v1/tasks`, { headers: { authorization: "Basic Y2FuYXJ5LWhlYWRlcjpjYW5hcnk=" } }),
  ]);
  for (const answer of answers) {
    expect(answer.ok).toBe(false);
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  }
  const bodies = await Promise.all(answers.map((answer) => answer.text()));

  const canaries = [
    ...[wrong, ADMIN.password, ACCESS_KEY.secret, key.secret, hook.secret, "canary-hook-token-77aa"],
    ...["canary-ak-8d21", "canary-amz-signature-19be", "canary-cos-signature-aa02"],
    ...["canary-userinfo-3f0c", "canary-query-90ad", "Y2FuYXJ5LWhlYWRlcjpjYW5hcnk="],
  ];
  const logDir = path.join(product.dataDir, "logs");
  const logs = readdirSync(logDir).map(
    (name) => [name, readFileSync(path.join(logDir, name), "utf8")] as const,
  );
  expect(logs.map(([name]) => name)).toEqual(expect.arrayContaining(["web.log", "worker.log"]));
  const evidence = JSON.stringify([task.jobs.map((job) => job.failure), task.events]);
  const lines = await (await program.fetch(`/api/v1/tasks/${id}/logs?format=text`)).text();
  const events = sink.received.filter(({ path: asked }) => asked.startsWith("/hook")).map(({ body }) => body);
  const places = [...logs, ["errors", bodies.join()], ["evidence", evidence], ["task log", lines]] as const;
  for (const canary of canaries) {
    for (const [place, text] of [...places, ["events", events.join()] as const])
      expect(text.includes(canary), `${canary} in ${place}`).toBe(false);
  }
  // They were sent where they had to go: the search can find what is there.
  expect(sink.received.some(({ path: asked }) => asked.includes("canary-amz-signature-19be"))).toBe(true);
  expect((task satisfies TaskView).jobs[0]?.failure).not.toBeNull();
}, 180_000);
