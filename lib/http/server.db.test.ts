import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { makeProject, makeUser, startTestWeb, type TestUser, type TestWeb } from "#lib/http/test-web.ts";
import { rawHttp } from "#lib/http/test-raw-http.ts";

let web: TestWeb;
let admin: TestUser;
let basic: string;

beforeAll(async () => {
  web = await startTestWeb();
  const project = await makeProject("alpha");
  basic = project.basic;
  admin = await makeUser(project.projectId, "admin@example.com", "admin");
});
afterAll(async () => {
  await web.stop();
});

const get = (target: string, ...headers: string[]) =>
  rawHttp(web.port, [`GET ${target} HTTP/1.1`, "Host: a.example", "Connection: close", ...headers]);
const aurora = (target: string) => get(target, `Authorization: ${basic}`, "auth-type: use-basic");

describe("targets under a vendor's prefix are answered in that vendor's shape", () => {
  test.each([
    ["a trailing slash", "/vodencoding/v1/list_template/", 404],
    ["two slashes inside", "/vodencoding//v1/list_template", 404],
    ["two slashes in front", "//vodencoding/v1/list_template", 404],
    ["a broken percent-encoding", "/vodencoding/v1/%zz", 400],
    ["an encoded zero byte", "/vodencoding/v1/list_template%00", 400],
    ["a backslash", "/vodencoding/v1\\list_template", 400],
    ["an unknown operation", "/vodencoding/v1/add_wings", 404],
    ["an unknown version", "/vodencoding/v2/list_template", 404],
    ["the bare prefix", "/vodencoding", 404],
    ["an encoded letter of a known name", "/vodencoding/v1/list%5Ftemplate", 404],
    ["a name of Object.prototype", "/vodencoding/v1/constructor", 404],
  ])("%s", async (_name, target, status) => {
    const answer = await aurora(target);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({
      code: 1001,
      msg: expect.stringContaining("BadParam: ") as string,
      data: {},
      request_id: expect.any(String) as string,
    });
  });

  test("another method is refused with the ones that are allowed", async () => {
    const answer = await rawHttp(web.port, [
      "DELETE /vodencoding/v1/create_task HTTP/1.1",
      "Host: a",
      "Connection: close",
    ]);
    expect(answer.status).toBe(405);
    expect(answer.headers["allow"]).toBe("POST");
    expect(JSON.parse(answer.body)).toMatchObject({ code: 1001, data: {} });
  });

  test("two Authorization headers are refused, whichever is right", async () => {
    for (const pair of [
      [basic, "Basic eDp5"],
      ["Basic eDp5", basic],
      [basic, basic],
    ]) {
      const headers = pair.map((value) => `Authorization: ${value}`);
      const answer = await get("/vodencoding/v1/list_template", ...headers, "auth-type: use-basic");
      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 1002 });
    }
  });

  test("percent-encodings and valueless parameters of the query arrive", async () => {
    const answer = await aurora(
      "/vodencoding/v1/query_template?cancel&nxtPtemplate_name=x&template%5Fname=a%2Ab%20c+d",
    );
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({
      code: 1004,
      msg: "EmptyResult: template_name: there is no such template",
    });
    const twice = await aurora("/vodencoding/v1/query_template?template_name=a&template_name=b");
    expect(JSON.parse(twice.body)).toMatchObject({
      code: 1001,
      msg: "BadParam: template_name is given twice",
    });
    const broken = await aurora("/vodencoding/v1/query_template?template_name=%zz");
    expect(JSON.parse(broken.body)).toMatchObject({ code: 1004 });
  });
});

describe("other targets", () => {
  test.each([
    ["a broken percent-encoding", "/tasks/%zz", 400, "invalid_input"],
    ["an incomplete one", "/tasks/%", 400, "invalid_input"],
    ["bytes that are not UTF-8", "/tasks/%ff", 400, "invalid_input"],
    ["an absolute address", "http://evil.example/tasks", 400, "invalid_input"],
    ["two slashes", "/api//health", 404, "not_found"],
    ["a host-like path", "//evil.example/", 404, "not_found"],
  ])("%s", async (_name, target, status, code) => {
    const answer = await get(target);
    expect(answer.status).toBe(status);
    expect(answer.headers["location"]).toBeUndefined();
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code } });
  });

  test("what is not HTTP gets 400 and a closed connection", async () => {
    const answer = await rawHttp(web.port, ["nonsense"]);
    expect(answer.status).toBe(400);
    expect(answer.headers["connection"]).toBe("close");
  });

  test("headers of 100 KB get 431", async () => {
    const answer = await get("/api/health", `X-Long: ${"a".repeat(100_000)}`);
    expect(answer.status).toBe(431);
  });

  test("a valueless parameter is no problem", async () => {
    expect((await get("/api/health?cancel")).status).toBe(200);
  });

  test("GET / leads to the console", async () => {
    const answer = await get("/");
    expect(answer.status).toBe(307);
    expect(answer.headers["location"]).toBe("/tasks");
  });
});

describe("who may write", () => {
  const post = (headers: Record<string, string>) =>
    fetch(`${web.url}/api/v1/account/password`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify({ currentPassword: "wrong", newPassword: "another password" }),
    });
  const errorOf = async (response: Response) =>
    (await response.json()) as { error: { code: string; issues: unknown[] } };

  test("a page of this console may, by Sec-Fetch-Site or by Origin", async () => {
    const ways: Record<string, string>[] = [{ "Sec-Fetch-Site": "same-origin" }, { Origin: web.url }];
    for (const headers of ways) {
      const response = await post({ Cookie: admin.cookie, ...headers });
      expect(response.status).toBe(400);
      expect((await errorOf(response)).error.issues).toEqual([
        { path: "currentPassword", message: "This is not your current password." },
      ]);
    }
  });

  test.each([
    ["another site", { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" }],
    ["another subdomain", { "Sec-Fetch-Site": "same-site" }],
    ["another origin, from an old browser", { Origin: "https://evil.example" }],
    ["the origin null", { Origin: "null" }],
    ["nobody says from where", {}],
  ])("with a cookie, %s may not", async (_name, headers) => {
    const response = await post({ Cookie: admin.cookie, ...(headers as Record<string, string>) });
    expect(response.status).toBe(403);
    expect((await errorOf(response)).error.code).toBe("forbidden");
  });

  test("a form's content type is refused", async () => {
    const response = await post({ Cookie: admin.cookie, Origin: web.url, "Content-Type": "text/plain" });
    expect(response.status).toBe(415);
  });

  test("with an access key the cookie counts for nothing", async () => {
    const response = await post({ Cookie: admin.cookie, Authorization: "Basic eDp5" });
    expect(response.status).toBe(401);
  });

  test("x-middleware-subrequest opens nothing", async () => {
    const response = await fetch(`${web.url}/api/v1/tasks`, {
      headers: { "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" },
    });
    expect(response.status).toBe(401);
  });
});

describe("pages", () => {
  test("lead to sign-in, with the way back, and carry a policy", async () => {
    const response = await fetch(`${web.url}/tasks?status=failed&_rsc=abc`, { redirect: "manual" });
    expect(response.status).toBe(307);
    expect(response.headers.get("location")).toBe(
      `/sign-in?callbackUrl=${encodeURIComponent("/tasks?status=failed")}`,
    );
  });

  test("every script of a page has the nonce of its policy, new for each page", async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const response = await fetch(`${web.url}/sign-in`);
        const policy = response.headers.get("content-security-policy") ?? "";
        const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
        expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
        expect(policy).toContain("frame-ancestors 'none'");
        expect(response.headers.get("x-content-type-options")).toBe("nosniff");
        const scripts = (await response.text()).match(/<script\b[^>]*>/g) ?? [];
        expect(scripts.length).toBeGreaterThan(0);
        for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
        return nonce;
      }),
    );
    expect(new Set(nonces).size).toBe(2);
  });

  test("a client cannot choose the nonce or the way back", async () => {
    const response = await fetch(`${web.url}/tasks`, {
      redirect: "manual",
      headers: { "Content-Security-Policy": "script-src 'nonce-evil'", "X-Request-Path": "//evil.example" },
    });
    expect(response.headers.get("content-security-policy")).not.toContain("evil");
    expect(response.headers.get("location")).not.toContain("evil");
  });
});

test("health says what is up, to anybody", async () => {
  const response = await fetch(`${web.url}/api/health`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    status: "ready",
    database: "up",
    queue: "up",
    live: "up",
    workers: { online: 0, slots: 0, paused: 0, draining: 0 },
  });
});
