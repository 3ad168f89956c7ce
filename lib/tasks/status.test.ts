import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  canMove,
  deriveTaskStatus,
  isSettled,
  JOB_STATUSES,
  SETTLED,
  statusesBefore,
  TASK_STATUSES,
  type JobStatus,
} from "#lib/tasks/status.ts";

describe("a task's status follows from its jobs'", () => {
  test.each<[JobStatus[], string]>([
    [[], "queued"],
    [["queued", "queued"], "queued"],
    [["queued", "running"], "running"],
    [["queued", "succeeded"], "running"],
    [["queued", "failed"], "running"],
    [["running", "canceled"], "running"],
    [["succeeded", "succeeded"], "succeeded"],
    [["canceled", "canceled"], "canceled"],
    [["failed", "failed"], "failed"],
    [["failed", "canceled"], "failed"],
    [["succeeded", "failed"], "partial"],
    [["succeeded", "failed", "canceled"], "partial"],
    [["succeeded", "canceled"], "canceled"],
  ])("%j → %s", (jobs, expected) => {
    expect(deriveTaskStatus(jobs)).toBe(expected);
  });

  const jobs = fc.array(fc.constantFrom(...JOB_STATUSES), { minLength: 1, maxLength: 8 });

  test("whatever their order", () => {
    fc.assert(
      fc.property(jobs, (some) => {
        expect(deriveTaskStatus([...some].reverse())).toBe(deriveTaskStatus(some));
        expect(deriveTaskStatus([...some].sort())).toBe(deriveTaskStatus(some));
      }),
    );
  });

  test("and is settled exactly when every job is", () => {
    fc.assert(
      fc.property(jobs, (some) => {
        const isDone = some.every((status) => status !== "queued" && status !== "running");
        expect(isSettled(deriveTaskStatus(some))).toBe(isDone);
      }),
    );
  });
});

test("a settled status changes only to queued, by a retry", () => {
  for (const from of SETTLED) {
    expect(TASK_STATUSES.filter((to) => canMove(from, to) && to !== "queued")).toEqual([]);
  }
  expect(canMove("succeeded", "queued")).toBe(false);
});

test("the guard of a status write lists exactly the statuses that may move there", () => {
  expect(statusesBefore("succeeded")).toEqual(["running"]);
  expect(statusesBefore("canceled")).toEqual(["queued", "running"]);
  expect(statusesBefore("running")).toEqual(["queued", "running"]);
  expect(statusesBefore("queued")).toEqual(["running", "partial", "failed", "canceled"]);
});
