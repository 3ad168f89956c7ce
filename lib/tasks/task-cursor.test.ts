import { expect, test } from "vitest";

import { newId } from "#lib/ids.ts";
import { readTaskCursor, writeTaskCursor } from "#lib/tasks/task-cursor.ts";

test("a cursor is read back to the millisecond", () => {
  const place = { createdAt: new Date("2026-11-20T09:31:07.123Z"), id: newId() };
  expect(readTaskCursor(writeTaskCursor(place))).toEqual(place);
});

test.each([
  "",
  "x",
  "!!!",
  Buffer.from("a.b").toString("base64url"),
  Buffer.from(`zzzzzzzzzzzz.${newId()}`).toString("base64url"),
])("%j is none", (text) => expect(readTaskCursor(text)).toBeNull());
