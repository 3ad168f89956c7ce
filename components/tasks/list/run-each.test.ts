import { expect, test } from "vitest";

import { runEach } from "#components/tasks/list/run-each.ts";

test("what failed is told apart from what was done", async () => {
  const result = await runEach(["a", "b", "c"], async (id) => {
    if (id === "b") throw new Error("no");
  });
  expect(result.done).toBe(2);
  expect(result.failures.map(({ id }) => id)).toEqual(["b"]);
  expect(result.isStopped).toBe(false);
});

test("after a stop nothing more is begun", async () => {
  const stop = new AbortController();
  const begun: string[] = [];
  const result = await runEach(
    ["a", "b", "c"],
    async (id) => {
      begun.push(id);
      stop.abort();
    },
    { parallel: 1, signal: stop.signal },
  );
  expect(begun).toEqual(["a"]);
  expect(result).toEqual({ done: 1, failures: [], isStopped: true });
});
