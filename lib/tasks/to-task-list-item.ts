import type { Prisma } from "#lib/db/generated/client.ts";
import { failureView } from "#lib/i18n/failure-message.ts";
import { showId } from "#lib/ids.ts";
import type { FailureView } from "#lib/jobs/view.ts";
import { estimateWaitSeconds, type QueuePace } from "#lib/queue/queue-pace.ts";
import { taskPace } from "#lib/tasks/task-progress.ts";
import { toSourceView } from "#lib/tasks/to-source-view.ts";
import type { TaskListItem } from "#lib/tasks/view.ts";

/** What a row of the list reads of a task. */
export const TASK_ROW = {
  id: true,
  number: true,
  name: true,
  status: true,
  phase: true,
  waitingFor: true,
  source: true,
  upload: {
    select: { id: true, name: true, sizeBytes: true, offsetBytes: true, state: true, expiresAt: true },
  },
  output: { select: { id: true, name: true, type: true } },
  unitId: true,
  priority: true,
  tags: true,
  errorCode: true,
  errorParams: true,
  evidence: true,
  createdByUser: { select: { name: true } },
  createdByKey: { select: { name: true } },
  thumbnail: { select: { taskId: true } },
  createdAt: true,
  startedAt: true,
  finishedAt: true,
} as const satisfies Prisma.TaskSelect;
export type TaskRow = Prisma.TaskGetPayload<{ select: typeof TASK_ROW }>;

/** What a row of the list reads of its jobs; in the order of `index`. */
export type JobRow = {
  id: string;
  taskId: string;
  index: number;
  status: TaskListItem["jobs"][number]["status"];
  templateName: string;
  templateVersion: number;
  errorCode: string | null;
  errorParams: unknown;
  evidence: string[];
  percent: number | null;
  speed: number | null;
  etaSeconds: number | null;
  sizeBytes: number | null;
};

export type TaskSurroundings = {
  jobs: readonly JobRow[];
  queuePosition: number | null;
  /** How fast the queue moves; null when nobody asked. */
  pace: QueuePace | null;
  /** See toSourceView. */
  outputNames: ReadonlyMap<string, string>;
};

export function toTaskListItem(
  row: TaskRow,
  { jobs, queuePosition, pace, outputNames }: TaskSurroundings,
): TaskListItem {
  const sizes = jobs.map((job) => job.sizeBytes).filter((size) => size !== null);
  const id = showId("task", row.id);
  const place = row.status === "queued" ? queuePosition : null;
  return {
    id,
    number: Number(row.number),
    name: row.name,
    status: row.status,
    phase: row.phase,
    waitingFor: row.waitingFor,
    ...taskPace(row.status, jobs),
    queuePosition: place,
    waitSeconds: place === null || pace === null ? null : estimateWaitSeconds(place, pace),
    source: toSourceView(row, outputNames),
    templates: jobs.map((job) => ({ name: job.templateName, version: job.templateVersion })),
    output: { id: showId("output", row.output.id), name: row.output.name, type: row.output.type },
    jobs: jobs.map((job) => ({
      id: showId("job", job.id),
      index: job.index,
      status: job.status,
      percent: job.status === "succeeded" ? 100 : job.percent,
    })),
    failure: taskFailure(row, jobs),
    sizeBytes: sizes.length === 0 ? null : sizes.reduce((sum, size) => sum + size, 0),
    thumbnailUrl: row.thumbnail === null ? null : `/api/v1/tasks/${id}/thumbnail`,
    priority: row.priority,
    tags: row.tags,
    createdBy: creator(row),
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

/** The task's own failure, or that of its first failed job; of a task that waits for space, what it waits for. */
function taskFailure(row: TaskRow, jobs: readonly JobRow[]): FailureView | null {
  if (row.waitingFor === "disk" && row.errorCode !== null)
    return failureView(row.errorCode, row.errorParams, row.evidence);
  if (row.status !== "failed" && row.status !== "partial") return null;
  const failed = row.errorCode === null ? jobs.find((job) => job.errorCode !== null) : row;
  if (failed === undefined || failed.errorCode === null) return null;
  return failureView(failed.errorCode, failed.errorParams, failed.evidence);
}

function creator(row: TaskRow): TaskListItem["createdBy"] {
  if (row.createdByUser !== null) return { kind: "user", name: row.createdByUser.name };
  if (row.createdByKey !== null) return { kind: "key", name: row.createdByKey.name };
  return { kind: "system", name: "" };
}
