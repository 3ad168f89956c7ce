import fc from "fast-check";
import { expect, test } from "vitest";

import { callbackPath } from "#lib/auth/callback-path.ts";

const HOME = "https://vod.example";

test.each([
  ["/tasks?status=failed#top", "/tasks?status=failed#top"],
  ["https://vod.example/tasks/tsk_1", "/tasks/tsk_1"],
  [null, "/"],
  ["", "/"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["https://evil.example/tasks", "/"],
  ["https://vod.example@evil.example/", "/"],
  ["https://vod.example//evil.example", "/"],
  ["javascript:alert(1)", "/"],
  ["/\t/evil.example", "/"],
  ["/sign-in?callbackUrl=/tasks", "/"],
  ["/api/auth/signout", "/"],
  ["/signs", "/signs"],
])("%s leads to %s", (wanted, path) => {
  expect(callbackPath(wanted, HOME)).toBe(path);
});

test("whatever is asked for, a browser stays here", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.string().map((text) => `/${text}`),
      ),
      (wanted) => {
        expect(new URL(callbackPath(wanted, HOME), HOME).origin).toBe(HOME);
      },
    ),
  );
});
