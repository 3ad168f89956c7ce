import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import { api, ApiError, apiUrl } from "#lib/http/api-client.ts";

let server: Server;
let seen: { method: string; url: string; headers: NodeJS.Dict<string | string[]>; body: string };
let answer: (response: ServerResponse) => void;

// Browsers resolve "/api/v1/…" against their page; Node's fetch needs the origin.
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      seen = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body };
      answer(response);
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
afterEach(() => {
  answer = (response) => response.end();
});

const json = (status: number, body: unknown) => (response: ServerResponse) => {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
};

test("a query leaves out what is not given and joins lists", () => {
  expect(
    apiUrl("/tasks", {
      status: ["failed", "partial"],
      q: "",
      cursor: null,
      ids: [],
      limit: 50,
      x: undefined,
    }),
  ).toBe("/api/v1/tasks?status=failed%2Cpartial&limit=50");
  expect(apiUrl("/tasks")).toBe("/api/v1/tasks");
});

test("a body goes out as JSON, with the caller's headers", async () => {
  answer = json(201, { id: "tsk_1" });
  expect(await api.post("/tasks", { a: 1 }, { headers: { "Idempotency-Key": "k" } })).toEqual({
    id: "tsk_1",
  });
  expect(seen).toMatchObject({ method: "POST", url: "/api/v1/tasks", body: '{"a":1}' });
  expect(seen.headers).toMatchObject({ "content-type": "application/json", "idempotency-key": "k" });
});

test("204 is undefined", async () => {
  answer = (response) => {
    response.writeHead(204).end();
  };
  expect(await api.delete<unknown>("/tasks/tsk_1")).toBeUndefined();
});

describe("an ApiError", () => {
  const refusal = async (call: Promise<unknown>) => {
    const thrown: unknown = await call.then(
      () => null,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(ApiError);
    return thrown as ApiError;
  };

  test("carries code, message and issues of a refusal", async () => {
    const issues = [{ path: "source.url", message: "Give an address." }];
    answer = json(400, { error: { code: "invalid_input", message: "Give an address.", issues } });
    expect(await refusal(api.get("/tasks"))).toMatchObject({
      code: "invalid_input",
      message: "Give an address.",
      issues,
      status: 400,
    });
  });

  test("is internal for a proxy's HTML page, even one with status 200", async () => {
    for (const status of [502, 200]) {
      answer = (response) => response.writeHead(status).end("<html>");
      expect(await refusal(api.get("/tasks"))).toMatchObject({ code: "internal", status });
    }
  });

  test("is network when no answer comes", async () => {
    answer = (response) => response.destroy();
    expect(await refusal(api.get("/tasks"))).toMatchObject({ code: "network", status: 0 });
  });
});

test("an abort stays an abort", async () => {
  const abort = new AbortController();
  answer = () => abort.abort();
  await expect(api.get("/tasks", { signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
});
