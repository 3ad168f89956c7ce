import path from "node:path";

import { describe, expect, test } from "vitest";

import { apiRefusals, readApiRoutes } from "#lib/http/api-routes.ts";

const routes = readApiRoutes(path.resolve(import.meta.dirname, "../.."));
const refusal = apiRefusals(routes);

test("every route file exports a method that is understood", () => {
  expect(routes.length).toBeGreaterThan(40);
  expect(routes.filter((route) => route.methods.length === 0)).toEqual([]);
  const methodsOf = (wanted: string) => routes.find((route) => route.path === wanted)?.methods;
  expect(methodsOf("/api/v1/tasks")).toEqual(["GET", "POST"]);
  expect(methodsOf("/api/v1/tasks/[taskId]")).toEqual(["GET", "DELETE"]);
  expect(methodsOf("/api/v1/invites/accept")).toEqual(["POST"]);
  expect(methodsOf("/api/auth/[...nextauth]")).toEqual(["GET", "POST"]);
});

describe("a request", () => {
  test.each([
    ["GET", "/api/v1/tasks"],
    ["HEAD", "/api/v1/tasks"],
    ["OPTIONS", "/api/v1/tasks"],
    ["GET", "/api/v1/tasks/counts"],
    ["DELETE", "/api/v1/tasks/tsk_1"],
    ["GET", "/api/auth/callback/credentials"],
  ])("%s %s is handed on", (method, url) => {
    expect(refusal(url, method)).toBeNull();
  });

  test.each([
    ["/api"],
    ["/api/"],
    ["/api/v1"],
    ["/api/v1/nothing"],
    ["/api/v1/tasks/"],
    ["/api/v1/tasks/tsk_1/wings"],
    ["/api/v2/tasks"],
    ["/api/v1/constructor"],
    ["/api/v1/tasksx"],
  ])("to %s finds nothing", (url) => {
    expect(refusal(url, "GET")).toEqual({ status: 404, allow: [] });
  });

  test.each([
    ["PUT", "/api/v1/tasks", ["GET", "HEAD", "POST", "OPTIONS"]],
    ["TRACE", "/api/v1/tasks", ["GET", "HEAD", "POST", "OPTIONS"]],
    ["GET", "/api/v1/tasks/tsk_1/cancel", ["POST", "OPTIONS"]],
    // The literal path goes before the dynamic one beside it, which could be deleted.
    ["DELETE", "/api/v1/tasks/counts", ["GET", "HEAD", "OPTIONS"]],
  ])("%s %s is told what is allowed", (method, url, allow) => {
    expect(refusal(url, method)).toEqual({ status: 405, allow });
  });
});
