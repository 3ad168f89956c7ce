import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ensureAccessKey } from "#lib/accounts/ensure-access-key.ts";
import { FAILURES_PER_KEY } from "#lib/auth/check-access-key.ts";
import { db } from "#lib/db/client.ts";
import { makeProject, makeUser, startTestWeb, type TestUser, type TestWeb } from "#lib/http/test-web.ts";
import { rawHttp, type RawAnswer } from "#lib/http/test-raw-http.ts";
import { syncPredefinedTemplates } from "#lib/templates/predefined-templates.ts";

let web: TestWeb;
let admin: TestUser;
let project: Awaited<ReturnType<typeof makeProject>>;

beforeAll(async () => {
  web = await startTestWeb({ TRUSTED_PROXIES: "127.0.0.1" });
  project = await makeProject("alpha");
  await syncPredefinedTemplates(db());
  admin = await makeUser(project.projectId, "admin@example.com", "admin");
});
afterAll(async () => {
  await web.stop();
});

const send = (method: string, target: string, headers: readonly string[] = [], body = "") =>
  rawHttp(
    web.port,
    [
      `${method} ${target} HTTP/1.1`,
      "Host: 127.0.0.1",
      "Connection: close",
      ...(body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
      ...headers,
    ],
    body,
  );
const codeOf = ({ body }: RawAnswer) => (JSON.parse(body) as { error: { code: string } }).error.code;
const key = () => `Authorization: ${project.basic}`;

describe("unknown paths and methods of the native API are answered as JSON", () => {
  test.each([
    "/api",
    "/api/",
    "/api/v1",
    "/api/v1/nothing",
    "/api/v1/tasks/",
    "/api/v9/tasks",
    "/api/%61uth",
  ])("%s", async (target) => {
    const answer = await send("GET", target, [key()]);
    expect([answer.status, codeOf(answer)]).toEqual([404, "not_found"]);
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(answer.headers["location"]).toBeUndefined();
  });

  test.each([
    ["PUT", "/api/v1/tasks", "GET, HEAD, POST, OPTIONS"],
    ["TRACE", "/api/v1/tasks", "GET, HEAD, POST, OPTIONS"],
    ["GET", "/api/v1/tasks/tsk_x/cancel", "POST, OPTIONS"],
    ["TRACE", "/tasks", "GET, HEAD"],
    ["DELETE", "/tasks", "GET, HEAD"],
    ["POST", "/sign-in", "GET, HEAD"],
  ])("%s %s is 405", async (method, target, allow) => {
    const answer = await send(method, target, [key()]);
    expect([answer.status, codeOf(answer)]).toEqual([405, "invalid_input"]);
    expect(answer.headers["allow"]).toBe(allow);
    // A TRACE that is answered would show its headers.
    expect(answer.body).not.toContain("Basic");
  });

  test.each(["/api/v1/outputs", "/vodencoding/v1/list_template"])(
    "what Next's own router sends changes nothing on %s",
    async (target) => {
      const headers = [
        "RSC: 1",
        "Next-Router-Prefetch: 1",
        "Next-Url: /x",
        "Next-Action: 00",
        "auth-type: use-basic",
      ];
      const answer = await send("GET", target, [key(), ...headers]);
      expect(answer.status).toBe(200);
      expect(answer.headers["content-type"]).toMatch(/^application\/json/);
      expect(answer.headers["location"]).toBeUndefined();
    },
  );

  test("HEAD answers as GET does, without a body", async () => {
    const answer = await send("HEAD", "/api/v1/outputs", [key()]);
    expect([answer.status, answer.body]).toEqual([200, ""]);
  });
});

describe("exactly one credential", () => {
  const wrong = "Authorization: Basic eDp5";

  test.each(["/api/v1/tasks", "/api/v1/uploads/tus", "/api/v1/events"])(
    "two Authorization headers are 401 on %s, whichever is right",
    async (target) => {
      for (const pair of [
        [key(), wrong],
        [wrong, key()],
        [key(), key()],
      ]) {
        const answer = await send("GET", target, pair);
        expect([answer.status, codeOf(answer)]).toEqual([401, "unauthenticated"]);
      }
    },
  );

  test("an access key and a session at once are 401, though each alone is right", async () => {
    const cookie = `Cookie: ${admin.cookie}`;
    expect((await send("GET", "/api/v1/tasks", [key()])).status).toBe(200);
    expect((await send("GET", "/api/v1/tasks", [cookie])).status).toBe(200);
    const both = await send("GET", "/api/v1/tasks", [key(), cookie]);
    expect([both.status, codeOf(both)]).toEqual([401, "unauthenticated"]);
    const aurora = await send("GET", "/vodencoding/v1/list_template", [
      key(),
      cookie,
      "auth-type: use-basic",
    ]);
    expect([aurora.status, JSON.parse(aurora.body)]).toMatchObject([401, { code: 1002 }]);
  });

  test.each([
    ["Bearer", "Authorization: Bearer abc"],
    ["none", "Authorization:"],
    ["a Basic without a colon", "Authorization: Basic YWJj"],
    ["two schemes in one header", "Authorization: Basic eDp5, Bearer abc"],
  ])("%s is 401", async (_name, header) => {
    expect((await send("GET", "/api/v1/tasks", [header])).status).toBe(401);
  });
});

describe("headers that steer Next from inside grant nothing", () => {
  const chain = ["middleware", "src/middleware", "proxy", "src/proxy", "pages/_middleware", "app/proxy"];
  const headers = [
    ...chain.map((name) => `x-middleware-subrequest: ${Array<string>(5).fill(name).join(":")}`),
    "x-middleware-next: 1",
    "x-middleware-rewrite: /api/health",
    "x-middleware-override-headers: cookie\r\nx-middleware-request-cookie: vod-console-session=x",
    "x-invoke-path: /api/health",
    "x-matched-path: /api/health",
    "x-nextjs-data: 1",
    "x-forwarded-host: evil.example",
    "x-client-ip: 127.0.0.1",
  ];
  test.each(headers)("%s", async (header) => {
    const api = await send("GET", "/api/v1/tasks", [header]);
    expect([api.status, codeOf(api)]).toEqual([401, "unauthenticated"]);
    const page = await send("GET", "/tasks", [header]);
    expect(page.status).toBe(307);
    expect(page.headers["location"]).toBe("/sign-in?callbackUrl=%2Ftasks");
  });
});

describe("bodies", () => {
  const json = "Content-Type: application/json";
  const create = (body: string) => send("POST", "/api/v1/tasks", [key(), json], body);

  test("over the limit are 413, announced or not", async () => {
    const big = JSON.stringify({ userData: "a".repeat(1_100_000) });
    const announced = await create(big);
    expect([announced.status, codeOf(announced)]).toEqual([413, "too_large"]);
    const chunked = await rawHttp(
      web.port,
      [
        "POST /api/v1/tasks HTTP/1.1",
        "Host: a",
        "Connection: close",
        key(),
        json,
        "Transfer-Encoding: chunked",
      ],
      `${Buffer.byteLength(big).toString(16)}\r\n${big}\r\n0\r\n\r\n`,
    );
    expect([chunked.status, codeOf(chunked)]).toEqual([413, "too_large"]);
  });

  test("with an unknown field are refused by its name", async () => {
    const answer = await create(JSON.stringify({ source: { type: "sample", sample: "x" }, outputs: [] }));
    expect(answer.status).toBe(400);
    expect(answer.body).not.toMatch(/expected|received|Invalid input/);
  });
});

describe("wrong access keys are limited", () => {
  const from = (address: string, keyId: string, secret: string) =>
    send("GET", "/api/v1/outputs", [
      `X-Forwarded-For: ${address}`,
      `Authorization: Basic ${Buffer.from(`${keyId}:${secret}`).toString("base64")}`,
    ]);

  test("by address and key: the right secret has to wait there too, and nowhere else", async () => {
    const secret = "a secret that only this test uses";
    await ensureAccessKey({
      ...project,
      accessKeyId: "guessed",
      secret,
      name: "g",
      role: "viewer",
      dialects: ["*"],
    });
    for (let i = 0; i < FAILURES_PER_KEY; i++)
      expect((await from("203.0.113.1", "guessed", `guess ${i}`)).status).toBe(401);
    const limited = await from("203.0.113.1", "guessed", "one more");
    expect([limited.status, codeOf(limited)]).toEqual([429, "rate_limited"]);
    expect(Number(limited.headers["retry-after"])).toBeGreaterThan(0);
    expect((await from("203.0.113.1", "guessed", secret)).status).toBe(429);
    expect((await from("203.0.113.2", "guessed", secret)).status).toBe(200);
    expect((await from("203.0.113.1", project.accessKeyId, project.secret)).status).toBe(200);
  });
});
