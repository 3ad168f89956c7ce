import { expect, test } from "vitest";

import { maskUrls } from "#lib/worker/task-log.ts";

test("user information and query strings of addresses are hidden, wherever they stand", () => {
  expect(maskUrls("GET https://user:secret@a.example/x.mp4?X-Amz-Signature=abc&y=1 -> 200")).toBe(
    "GET https://***@a.example/x.mp4?*** -> 200",
  );
  expect(maskUrls(`'http://a.example/x?token=1' "http://b.example?sig=2"`)).toBe(
    `'http://a.example/x?***' "http://b.example?***"`,
  );
  expect(maskUrls("file:/data/x.mp4 what? nothing to hide @ all")).toBe(
    "file:/data/x.mp4 what? nothing to hide @ all",
  );
});
