import { expect, test } from "vitest";

import { countWorkers } from "#components/layout/count-workers.ts";

test("whoever answers counts as online, draining and paused too", () => {
  const states = ["online", "draining", "paused", "offline"] as const;
  expect(countWorkers(states.map((state) => ({ state })))).toEqual({ online: 3, offline: 1, total: 4 });
  expect(countWorkers([])).toEqual({ online: 0, offline: 0, total: 0 });
});
