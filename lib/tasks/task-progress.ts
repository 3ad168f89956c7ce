import type { JobStatus, TaskStatus } from "#lib/tasks/status.ts";

export type JobPace = {
  status: JobStatus;
  percent: number | null;
  speed: number | null;
  etaSeconds: number | null;
};
export type TaskPace = { progress: number | null; speed: number | null; etaSeconds: number | null };

/** Shown at most until the files are verified and published. */
const MOST_BEFORE_PUBLISHED = 99.9;

/**
 * A task's pace, from its jobs': the mean percentage (settled jobs count as whole), the slowest speed, the longest wait.
 * Null where there is nothing to say: nothing has started, or the task ended without succeeding.
 */
export function taskPace(status: TaskStatus, jobs: readonly JobPace[]): TaskPace {
  if (status === "succeeded") return { progress: 100, speed: null, etaSeconds: null };
  if (status !== "running" || jobs.length === 0) return { progress: null, speed: null, etaSeconds: null };
  const percents = jobs.map((job) =>
    job.status === "running" ? (job.percent ?? 0) : job.status === "queued" ? 0 : 100,
  );
  const mean = percents.reduce((sum, percent) => sum + percent, 0) / percents.length;
  const running = jobs.filter((job) => job.status === "running");
  return {
    progress: Math.min(MOST_BEFORE_PUBLISHED, Math.max(0, Math.round(mean * 10) / 10)),
    speed: extreme(
      Math.min,
      running.map((job) => job.speed),
    ),
    etaSeconds: extreme(
      Math.max,
      running.map((job) => job.etaSeconds),
    ),
  };
}

function extreme(pick: (...values: number[]) => number, values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : pick(...known);
}
