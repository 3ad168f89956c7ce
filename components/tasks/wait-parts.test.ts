import { expect, test } from "vitest";

import { waitParts } from "#components/tasks/wait-parts.ts";

test.each([
  [0, "minutes", 0],
  [29, "minutes", 0],
  [240, "minutes", 4],
  [5399, "minutes", 90],
  [5400, "hours", 2],
  [36_000, "hours", 10],
])("%i s", (seconds, unit, count) => {
  expect(waitParts(seconds)).toEqual({ unit, count });
});
