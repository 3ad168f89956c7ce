import { expect, it } from "vitest";

import { taskAttempts } from "#components/tasks/detail/task-attempts.ts";
import type { TaskEventView } from "#lib/tasks/view.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 20, 9, 0, seconds)).toISOString();
let next = 0;
const event = (seconds: number, type: string, data: Record<string, unknown> = {}): TaskEventView => ({
  id: String(next++),
  at: at(seconds),
  type,
  data,
});
const claimed = (seconds: number, worker: string, attempt: number) =>
  event(seconds, "claimed", { worker, attempt });

it("tells every run: who took it, how it ended, and who asked for it", () => {
  const attempts = taskAttempts([
    event(0, "created", { by: "Li Wei" }),
    claimed(1, "w1", 1),
    event(2, "phase", { phase: "fetching" }),
    event(9, "returned", { reason: "worker_lost" }),
    claimed(9, "w2", 2),
    event(20, "job_failed", { template: "A" }),
    event(21, "failed", { code: "UNKNOWN" }),
    event(30, "queued", { reason: "retry", by: "Ada", attempt: 3 }),
    claimed(31, "w2", 3),
  ]);
  expect(
    attempts.map(({ attempt, worker, end, reason, retriedBy }) => [attempt, worker, end, reason, retriedBy]),
  ).toEqual([
    [1, "w1", "returned", "worker_lost", null],
    [2, "w2", "failed", null, null],
    [3, "w2", null, null, "Ada"],
  ]);
  expect(attempts[1]).toMatchObject({ from: at(9), until: at(21) });
  expect(attempts[2]).toMatchObject({ from: at(31), until: null });
});

it("knows no run of a task that nobody took, and a cancel in the queue ends none", () => {
  expect(taskAttempts([event(0, "created"), event(5, "canceled", { by: "Ada" })])).toEqual([]);
  const [only] = taskAttempts([
    claimed(1, "w1", 1),
    event(5, "failed"),
    event(8, "queued", { by: "Ada" }),
    event(9, "canceled"),
  ]);
  expect(only).toMatchObject({ end: "failed", until: at(5) });
});
