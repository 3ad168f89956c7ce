import { afterAll, beforeAll, expect, test } from "vitest";

import { ensureAccessKey } from "#lib/accounts/ensure-access-key.ts";
import { db } from "#lib/db/client.ts";
import {
  blockedAddresses,
  REDIRECTOR_CIDR,
  startCanary,
  type Canary,
} from "#lib/fetch/test-blocked-addresses.ts";
import { startTestWeb, type TestWeb } from "#lib/http/test-web.ts";
import { readId } from "#lib/ids.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import {
  type BlockedRow,
  type Door,
  readBlockedTable,
  toBlockedTable,
  writeBlockedTable,
} from "#lib/worker/test-blocked-table.ts";
import { startWorker, waitForTask, type WorkerHandle } from "#lib/worker/worker-fixture.ts";

/** The whole product, web and worker, asked by an admin to call addresses that it must not call. */

let web: TestWeb;
let worker: WorkerHandle;
let canary: Canary;
let project: TestProject;
const LIMIT = 180_000;
const settings = { ALLOWED_PRIVATE_CIDRS: REDIRECTOR_CIDR };
const authorization = `Basic ${Buffer.from("ours:a secret of the tests").toString("base64")}`;

beforeAll(async () => {
  [web, worker] = await Promise.all([startTestWeb(settings), startWorker(settings)]);
  canary = await startCanary();
  project = await makeTestProject();
  await ensureAccessKey({
    projectId: project.projectId,
    accessKeyId: "ours",
    secret: "a secret of the tests",
    name: "ours",
    role: "admin",
    dialects: ["*"],
  });
}, LIMIT);
afterAll(async () => {
  await worker.end("SIGTERM");
  await web.stop();
  canary.close();
  await stopBoss();
}, LIMIT);

async function post(target: string, body: unknown) {
  const response = await fetch(`${web.url}${target}`, {
    method: "POST",
    headers: { Authorization: authorization, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const json = (await response.json()) as Record<string, unknown>;
  return { status: response.status, json };
}

const table = new Map<string, BlockedRow>();

/** What became of each address at a door: printed, and a column of docs/blocked-addresses.md. */
function note(door: Door, rows: readonly (readonly [name: string, outcome: string])[]): void {
  for (const [name, outcome] of rows) {
    const row = table.get(name) ?? { name, outcomes: {} };
    row.outcomes[door] = outcome;
    table.set(name, row);
  }
  const lines = rows.map(([name, outcome]) => `  ${name.padEnd(32)} ${outcome}`);
  process.stdout.write(
    `${door}\n${lines.join("\n")}\n  contacts of the canary: ${canary.contacts().length}\n`,
  );
}

test("as a task's source", { timeout: LIMIT }, async () => {
  const rows: [string, string][] = [];
  for (const { name, url } of blockedAddresses(canary.port)) {
    const { status, json } = await post("/api/v1/tasks", {
      ...project.request(),
      source: { type: "url", url },
    });
    if (status === 400) {
      rows.push([name, "refused at once"]);
      continue;
    }
    expect(status, name).toBe(201);
    const row = await waitForTask(readId("task", String(json["id"])) ?? "");
    rows.push([name, `${row.status}, ${row.errorCode ?? ""}`]);
    expect([row.status, row.errorCode], name).toEqual(["failed", "INPUT_BLOCKED"]);
  }
  note("source", rows);
  expect(canary.contacts()).toEqual([]);
});

test("as a preview's source", { timeout: LIMIT }, async () => {
  const rows: [string, string][] = [];
  for (const { name, url } of blockedAddresses(canary.port)) {
    const { status, json } = await post("/api/v1/probes", { source: { type: "url", url } });
    if (status === 400) {
      rows.push([name, "refused at once"]);
      continue;
    }
    expect([status, json["status"]], name).toEqual([201, "failed"]);
    rows.push([name, "failed, INPUT_BLOCKED"]);
    expect(JSON.stringify(json), name).toContain("INPUT_BLOCKED");
    expect(JSON.stringify(json)).not.toContain("a secret of this network");
  }
  note("preview", rows);
  expect(canary.contacts()).toEqual([]);
});

test("as a webhook endpoint", { timeout: LIMIT }, async () => {
  const rows: [string, string][] = [];
  const waiting: [name: string, deliveryId: string][] = [];
  for (const { name, url } of blockedAddresses(canary.port)) {
    const made = await post("/api/v1/webhooks/endpoints", { url, events: ["task.failed"] });
    if (made.status === 400) {
      rows.push([name, "refused at once"]);
      continue;
    }
    expect(made.status, name).toBe(201);
    const { id } = (made.json as { endpoint: { id: string } }).endpoint;
    const sent = await post(`/api/v1/webhooks/endpoints/${id}/test`, {});
    expect(sent.status, name).toBe(201);
    waiting.push([name, readId("webhookDelivery", String(sent.json["id"])) ?? ""]);
  }
  for (const [name, id] of waiting) {
    await expect
      .poll(async () => (await db().webhookDelivery.findUniqueOrThrow({ where: { id } })).attempts, {
        timeout: 20_000,
      })
      .toBeGreaterThan(0);
    const { state, lastError } = await db().webhookDelivery.findUniqueOrThrow({ where: { id } });
    rows.push([name, `${state}, ${lastError ?? ""}`]);
    expect(state, name).not.toBe("delivered");
    // A redirect is a failure of its own, and is not followed.
    expect(["blocked", "redirect"], name).toContain(lastError);
  }
  note("webhook", rows);
  expect(canary.contacts()).toEqual([]);
});

test("as the endpoint of an S3 Output, saved or only tried", { timeout: LIMIT }, async () => {
  const rows: [string, string][] = [];
  for (const [index, { name, url }] of blockedAddresses(canary.port).entries()) {
    const settings = {
      type: "s3",
      name: `s3 ${index}`,
      endpoint: url.replace(/\/(clip\.mp4|to\/.*|_clip)$/, ""),
      region: "",
      bucket: "bucket",
      accessKeyId: "key",
      secretAccessKey: "a secret of the tests",
    };
    const tried = await post("/api/v1/outputs/test", settings);
    const text = JSON.stringify(tried.json);
    expect(text).not.toContain("a secret of this network");
    const saved = await post("/api/v1/outputs", settings);
    rows.push([name, saved.status === 400 ? "refused at once" : "saved, fails when tried"]);
    if (tried.status !== 400) expect([tried.status, tried.json["outcome"]], name).toEqual([200, "failed"]);
    if (saved.status === 400) continue;
    // A name is judged when it is called.
    expect(saved.status, name).toBe(201);
    const again = await post(`/api/v1/outputs/${String(saved.json["id"])}/test`, {});
    expect([again.status, again.json["outcome"]], name).toEqual([200, "failed"]);
  }
  note("S3 Output", rows);
  expect(canary.contacts()).toEqual([]);
});

test("as an Output's callback", { timeout: LIMIT }, async () => {
  const rows: [string, string][] = [];
  const { port } = canary;
  const outputId = readId("output", project.output.id) ?? "";
  for (const { name, url } of blockedAddresses(port).filter(({ url }) => url.startsWith("http://"))) {
    await db().output.update({ where: { id: outputId }, data: { callbackUrl: url } });
    const before = await db().webhookDelivery.count({ where: { outputId } });
    const { json } = await post("/api/v1/tasks", {
      ...project.request(),
      source: { type: "url", url: `http://127.0.0.2:${port}/a.mp4` },
    });
    await waitForTask(readId("task", String(json["id"])) ?? "");
    await expect
      .poll(() => db().webhookDelivery.count({ where: { outputId, attempts: { gt: 0 } } }), {
        timeout: 20_000,
      })
      .toBe(before + 1);
    const latest = await db().webhookDelivery.findFirstOrThrow({
      where: { outputId },
      orderBy: { id: "desc" },
    });
    expect(["blocked", "redirect"], name).toContain(latest.lastError);
    rows.push([name, String(latest.lastError)]);
  }
  note("callback", rows);
  expect(canary.contacts()).toEqual([]);
});

test("docs/blocked-addresses.md says the same", async () => {
  const text = await toBlockedTable([...table.values()]);
  if (process.env["UPDATE_TABLES"] === "1") writeBlockedTable(text);
  expect(text).toBe(readBlockedTable());
});

test("the canary would have told: an address that is allowed does reach it", { timeout: LIMIT }, async () => {
  await fetch(`http://127.0.0.2:${canary.port}/clip.mp4`);
  expect(canary.contacts().length).toBeGreaterThan(0);
});
