import { expect, test } from "vitest";

import { MAX_TRIES, nextDelaySeconds, readRetryAfter } from "#lib/webhooks/back-off.ts";

test("the delays of a series grow to ten hours and then end", () => {
  const delays = Array.from({ length: MAX_TRIES }, (_, index) => nextDelaySeconds(index + 1, null, 0));
  expect(delays).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, null]);
});

test("a delay is at most a fifth longer", () => {
  expect(nextDelaySeconds(1, null, 0.999)).toBeCloseTo(6, 1);
});

test("a receiver's wish for more patience is honoured, for less it is not, and never beyond a day", () => {
  expect(nextDelaySeconds(1, 60, 0)).toBe(60);
  expect(nextDelaySeconds(2, 60, 0)).toBe(300);
  expect(nextDelaySeconds(1, 10 ** 8, 0)).toBe(86_400);
});

test.each([
  ["120", 120],
  ["Fri, 20 Nov 2026 12:00:30 GMT", 30],
  ["Fri, 20 Nov 2026 11:00:00 GMT", 0],
  ["-5", null],
  ["1.5", null],
  ["soon", null],
  [null, null],
])("Retry-After %s means %s seconds", (header, seconds) => {
  expect(readRetryAfter(header, Date.parse("2026-11-20T12:00:00Z"))).toBe(seconds);
});
