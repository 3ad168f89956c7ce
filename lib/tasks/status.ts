export const TASK_STATUSES = ["queued", "running", "succeeded", "partial", "failed", "canceled"] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const JOB_STATUSES = ["queued", "running", "succeeded", "failed", "canceled"] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** What a running task is doing, in this order. */
export const TASK_PHASES = [
  "fetching",
  "probing",
  "transcoding",
  "packaging",
  "verifying",
  "publishing",
] as const;
export type TaskPhase = (typeof TASK_PHASES)[number];

const MOVES = {
  // Partial: the retry of one of several failed jobs, canceled before it began.
  queued: ["running", "partial", "failed", "canceled"],
  running: ["running", "queued", "succeeded", "partial", "failed", "canceled"],
  succeeded: [],
  canceled: ["queued"],
  partial: ["queued"],
  failed: ["queued"],
} as const satisfies Record<TaskStatus, readonly TaskStatus[]>;

export function canMove(from: TaskStatus, to: TaskStatus): boolean {
  return (MOVES[from] as readonly TaskStatus[]).includes(to);
}

/** The statuses from which a task may become `to`: the guard of every status write. */
export function statusesBefore(to: TaskStatus): TaskStatus[] {
  return TASK_STATUSES.filter((from) => canMove(from, to));
}

/** A settled status changes only by an explicit retry. */
export const SETTLED: readonly TaskStatus[] = ["succeeded", "partial", "failed", "canceled"];
export type SettledStatus = Exclude<TaskStatus, "queued" | "running">;
export function isSettled(status: TaskStatus): status is SettledStatus {
  return SETTLED.includes(status);
}

/** A task's status, from its jobs' alone. An empty list is queued. */
export function deriveTaskStatus(jobs: readonly JobStatus[]): TaskStatus {
  const has = (status: JobStatus) => jobs.includes(status);
  if (jobs.every((status) => status === "queued")) return "queued";
  if (has("running") || has("queued")) return "running";
  if (has("failed")) return has("succeeded") ? "partial" : "failed";
  return has("canceled") ? "canceled" : "succeeded";
}
