import { expect, test } from "vitest";

import { namesTag, readRange } from "#lib/http/byte-range.ts";

test.each([
  [undefined, null],
  ["bytes=0-99", { start: 0, end: 99 }],
  ["bytes=990-", { start: 990, end: 999 }],
  ["bytes=-10", { start: 990, end: 999 }],
  ["bytes=-5000", { start: 0, end: 999 }],
  ["bytes=500-5000", { start: 500, end: 999 }],
  ["bytes= 1 - 2 ", { start: 1, end: 2 }],
  ["bytes=1000-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=5-4", null],
  ["bytes=-", null],
  ["bytes=a-b", null],
  ["bytes=0-1,3-4", null],
  ["pages=0-1", null],
])("%s of 1,000 bytes", (header, wanted) => expect(readRange(header, 1000)).toEqual(wanted));

test("no part of an empty file can be had", () => {
  expect(readRange("bytes=0-0", 0)).toBe("unsatisfiable");
  expect(readRange(undefined, 0)).toBeNull();
});

test.each([
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ["*", true],
  ['"b"', false],
  ["a", false],
])("%s names the tag: %s", (header, wanted) => expect(namesTag(header, '"a"')).toBe(wanted));
