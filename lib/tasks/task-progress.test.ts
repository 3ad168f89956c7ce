import { expect, test } from "vitest";

import { taskPace, type JobPace } from "#lib/tasks/task-progress.ts";

const job = (
  status: JobPace["status"],
  percent: number | null = null,
  speed: number | null = null,
  etaSeconds: number | null = null,
): JobPace => ({ status, percent, speed, etaSeconds });

test("a running task shows the mean percentage, the slowest speed and the longest wait", () => {
  expect(taskPace("running", [job("running", 40, 2, 30), job("running", 80, 3, 10), job("queued")])).toEqual({
    progress: 40,
    speed: 2,
    etaSeconds: 30,
  });
});

test("it stays below 100 until everything is published", () => {
  expect(taskPace("running", [job("succeeded"), job("running", 100)]).progress).toBe(99.9);
  expect(taskPace("succeeded", [job("succeeded")]).progress).toBe(100);
});

test("where there is nothing to say, nothing is said", () => {
  expect(taskPace("queued", [job("queued")])).toEqual({ progress: null, speed: null, etaSeconds: null });
  expect(taskPace("failed", [job("failed")]).progress).toBeNull();
  expect(taskPace("running", [job("running")])).toEqual({ progress: 0, speed: null, etaSeconds: null });
});
