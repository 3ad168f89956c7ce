import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { api } from "#lib/http/api-client.ts";
import { connection } from "#lib/http/connection.ts";
import { sessionGate } from "#lib/http/session-gate.ts";

/** A server that knows a session or does not, and notes what it was sent. */
let server: Server;
let isSignedIn = true;
let seen: string[] = [];
const REFUSAL = { error: { code: "unauthenticated", message: "Sign in.", issues: [] } };

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      seen.push(`${request.method} ${body}`.trim());
      response.writeHead(isSignedIn ? 200 : 401, { "Content-Type": "application/json" });
      response.end(JSON.stringify(isSignedIn ? { ok: true } : REFUSAL));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { fetch } = globalThis;
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => fetch(`${origin}${url}`, init));
});
afterAll(() => {
  vi.unstubAllGlobals();
  server.close();
});
let leave: () => void;
beforeEach(() => {
  isSignedIn = false;
  seen = [];
  leave = sessionGate.guard();
});
afterEach(() => leave());

const signIn = () => {
  isSignedIn = true;
  sessionGate.restore();
};

test("what a person asked for waits for the sign-in and is then sent as it was, once", async () => {
  const call = api.post("/tasks", { a: 1 });
  await vi.waitFor(() => expect(sessionGate.getSnapshot()).toBe("ended"));
  signIn();
  expect(await call).toEqual({ ok: true });
  expect(seen).toEqual(['POST {"a":1}', 'POST {"a":1}']);
  expect(sessionGate.getSnapshot()).toBe("active");
});

test("many refusals ask for one sign-in", async () => {
  let asked = 0;
  const stop = sessionGate.subscribe(() => asked++);
  const calls = [1, 2, 3].map((a) => api.post("/tasks", { a }));
  await vi.waitFor(() => expect(seen).toHaveLength(3));
  await expect(api.get("/tasks")).rejects.toMatchObject({ code: "unauthenticated" });
  expect(asked).toBe(1);
  signIn();
  await Promise.all(calls);
  stop();
});

test("a reading fails at once, and says that the session has ended", async () => {
  await expect(api.get("/tasks")).rejects.toMatchObject({ code: "unauthenticated", status: 401 });
  expect(sessionGate.getSnapshot()).toBe("ended");
});

test("put off, what waited fails; a reading does not ask again, what a person does asks again", async () => {
  const call = api.delete("/tasks/tsk_1");
  await vi.waitFor(() => expect(sessionGate.getSnapshot()).toBe("ended"));
  sessionGate.dismiss();
  await expect(call).rejects.toMatchObject({ code: "unauthenticated" });
  await expect(api.get("/tasks")).rejects.toMatchObject({ code: "unauthenticated" });
  expect(sessionGate.getSnapshot()).toBe("dismissed");
  const again = api.put("/tasks/tsk_1", {});
  await vi.waitFor(() => expect(sessionGate.getSnapshot()).toBe("ended"));
  signIn();
  expect(await again).toEqual({ ok: true });
});

test("a sign-in that is refused again is asked for again", async () => {
  const call = api.post("/tasks", {});
  await vi.waitFor(() => expect(sessionGate.getSnapshot()).toBe("ended"));
  sessionGate.restore();
  await vi.waitFor(() => expect(sessionGate.getSnapshot()).toBe("ended"));
  signIn();
  expect(await call).toEqual({ ok: true });
});

test("what was taken back while it waited is not sent", async () => {
  const abort = new AbortController();
  const call = api.post("/tasks", {}, { signal: abort.signal });
  await vi.waitFor(() => expect(sessionGate.getSnapshot()).toBe("ended"));
  abort.abort();
  await expect(call).rejects.toMatchObject({ name: "AbortError" });
  signIn();
  expect(seen).toEqual(["POST {}"]);
});

test("where nobody is signed in, a refusal is a refusal", async () => {
  leave();
  await expect(api.post("/tasks", {})).rejects.toMatchObject({ code: "unauthenticated" });
  expect(sessionGate.getSnapshot()).toBe("active");
});

test("an upload's next piece waits for the sign-in", async () => {
  await sessionGate.untilActive();
  sessionGate.end();
  let hasGoneOn = false;
  const piece = sessionGate.untilActive().then(() => (hasGoneOn = true));
  sessionGate.dismiss();
  await Promise.resolve();
  expect(hasGoneOn).toBe(false);
  signIn();
  await piece;
});

test("no answer raises a doubt about the connection, and says nothing new about one that is down", async () => {
  connection.report("up");
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(api.get("/tasks")).rejects.toMatchObject({ code: "network" });
  expect(connection.getSnapshot()).toBe("doubtful");
  connection.report("down");
  await expect(api.get("/tasks")).rejects.toMatchObject({ code: "network" });
  expect(connection.getSnapshot()).toBe("down");
  connection.report("up");
});
