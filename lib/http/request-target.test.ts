import { expect, test } from "vitest";

import { readTarget } from "#lib/http/request-target.ts";

test.each([
  ["/", "/", ""],
  ["/tasks?status=a%zz&x", "/tasks", "status=a%zz&x"],
  ["/a%20b/%E2%82%AC?cancel", "/a%20b/%E2%82%AC", "cancel"],
  ["/a?b//c", "/a", "b//c"],
  ["/a??", "/a", "?"],
])("%s is sound, and stays as it is", (target, path, query) => {
  expect(readTarget(target)).toEqual({ path, query, problem: null });
});

test.each([
  "*",
  "",
  "tasks",
  "http://a.example/tasks",
  "a.example:443",
  "/%",
  "/%zz",
  "/%e2%82",
  "/%00",
  "/a\\b",
  "/a#b",
])("%s is malformed", (target) => {
  expect(readTarget(target).problem).toBe("malformed");
});

test.each(["//", "//a", "/a//b", "/a//?b"])("%s has two slashes in a row", (target) => {
  expect(readTarget(target).problem).toBe("double_slash");
});
