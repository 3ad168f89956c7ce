import { afterAll, beforeAll, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { makeProject, makeUser, startTestWeb, type TestWeb } from "#lib/http/test-web.ts";
import { showId, newId } from "#lib/ids.ts";
import { notify } from "#lib/queue/notify.ts";

let web: TestWeb;
let cookie: string;
let projectId: string;
let otherId: string;

beforeAll(async () => {
  web = await startTestWeb();
  projectId = (await makeProject("alpha")).projectId;
  otherId = (await makeProject("beta")).projectId;
  ({ cookie } = await makeUser(projectId, "viewer@example.com", "viewer"));
});
afterAll(async () => {
  await web.stop();
});

/** Reads a stream until `until` is in it, or it ends. */
async function readUntil(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  until: string | null,
): Promise<string> {
  let text = "";
  while (until === null || !text.includes(until)) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += new TextDecoder().decode(value);
  }
  return text;
}

async function listen(signal?: AbortSignal) {
  const response = await fetch(`${web.url}/api/v1/events`, {
    headers: { Cookie: cookie, "Accept-Encoding": "gzip" },
    signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(response.headers.get("content-encoding")).toBeNull();
  const reader = response.body!.getReader();
  await readUntil(reader, ": listening");
  return reader;
}

test("a notification reaches the streams of its project, and no other", async () => {
  const streams = await Promise.all([listen(), listen()]);
  const [mine, theirs] = [showId("task", newId()), showId("task", newId())];
  await notify(db(), otherId, { type: "created", taskId: theirs });
  await notify(db(), projectId, { type: "changed", taskId: mine });
  for (const reader of streams) {
    const text = await readUntil(reader, "\n\n");
    expect(text).toBe(`event: changed\ndata: ${JSON.stringify({ type: "changed", taskId: mine })}\n\n`);
    await reader.cancel();
  }
});

test("a stream needs a session", async () => {
  expect((await fetch(`${web.url}/api/v1/events`)).status).toBe(401);
});

test("after the LISTEN connection is lost, streams end and new ones work", async () => {
  const reader = await listen();
  await db().$queryRaw`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'vod-console live'`;
  await readUntil(reader, null);
  for (;;) {
    const { live } = (await (await fetch(`${web.url}/api/health`)).json()) as { live: string };
    if (live === "up") break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const again = await listen();
  const taskId = showId("task", newId());
  await notify(db(), projectId, { type: "deleted", taskId });
  expect(await readUntil(again, "\n\n")).toContain(taskId);
  await again.cancel();
});

test("SIGTERM ends the streams and the process, within ten seconds", async () => {
  const reader = await listen();
  const started = Date.now();
  const code = web.stop();
  await readUntil(reader, null);
  expect(await code).toBe(0);
  expect(Date.now() - started).toBeLessThan(10_000);
  expect(web.log()).not.toMatch(/"level":(50|60)/);
});
