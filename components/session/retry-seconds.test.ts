import { expect, test } from "vitest";

import { retrySeconds } from "#components/session/retry-seconds.ts";

test("the waiting doubles up to a quarter of a minute", () => {
  expect([0, 1, 2, 3, 4, 40].map(retrySeconds)).toEqual([2, 4, 8, 15, 15, 15]);
});
