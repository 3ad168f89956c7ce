import type { Ctx } from "#lib/context.ts";
import { db, type Tx } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId, showId } from "#lib/ids.ts";
import { JOB_ROW, toJobView, type FullJobRow } from "#lib/jobs/to-job-view.ts";
import type { JobResult } from "#lib/jobs/view.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { outputNames } from "#lib/outputs/output-names.ts";
import { measureQueuePace } from "#lib/queue/queue-pace.ts";
import { queuePositions } from "#lib/queue/queue-positions.ts";
import { sourceOutputIds } from "#lib/tasks/to-source-view.ts";
import { TASK_ROW, toTaskListItem, type JobRow } from "#lib/tasks/to-task-list-item.ts";
import type { TaskView } from "#lib/tasks/view.ts";

/** Entries of the timeline that a view carries, the latest ones. */
const MAX_EVENTS = 500;

const FULL_ROW = {
  ...TASK_ROW,
  mediaInfo: true,
  outputPattern: true,
  userData: true,
  attempt: true,
  trigger: true,
  worker: { select: { id: true, name: true } },
  output: { select: { id: true, name: true, type: true, publicBaseUrl: true } },
  jobs: { select: JOB_ROW, orderBy: { index: "asc" } },
  events: { orderBy: { id: "desc" }, take: MAX_EVENTS },
  _count: { select: { logs: true } },
  updatedAt: true,
} as const satisfies Prisma.TaskSelect;
type FullTaskRow = Prisma.TaskGetPayload<{ select: typeof FULL_ROW }>;

/**
 * Everything about one task. `taskId`: `tsk_…`.
 * @throws {AppError} `not_found`
 */
export async function getTask(ctx: Ctx, taskId: string): Promise<TaskView> {
  const view = await findTask(ctx, taskId);
  if (view === null) throw taskNotFound();
  return view;
}

/** {@link getTask}, null when there is none. `client`: the transaction whose own writes are to be seen. */
export async function findTask(ctx: Ctx, taskId: string, client: Tx = db()): Promise<TaskView | null> {
  const id = readId("task", taskId);
  if (id === null) return null;
  const row = await client.task.findFirst({ where: { id, projectId: ctx.projectId }, select: FULL_ROW });
  if (row === null) return null;
  const [view] = await toTaskViews(ctx, [row], client);
  return view ?? null;
}

/**
 * {@link getTask} of many, in the order of `taskIds`, by one query each for rows, names and queue; those that are not
 * there are left out.
 */
export async function findTasks(ctx: Ctx, taskIds: readonly string[]): Promise<TaskView[]> {
  const ids = taskIds.map((taskId) => readId("task", taskId)).filter((id) => id !== null);
  const rows = await db().task.findMany({
    where: { id: { in: ids }, projectId: ctx.projectId },
    select: FULL_ROW,
  });
  const order = new Map(ids.map((id, index) => [id, index]));
  rows.sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
  return toTaskViews(ctx, rows, db());
}

async function toTaskViews(ctx: Ctx, rows: readonly FullTaskRow[], client: Tx): Promise<TaskView[]> {
  const waiting = rows.filter(isInQueue).map((row) => row.id);
  const [names, queue, pace] = await Promise.all([
    outputNames(ctx, sourceOutputIds(rows), client),
    queuePositions(client, ctx.projectId, waiting),
    waiting.length > 0 ? measureQueuePace() : null,
  ]);
  return rows.map((row) => toTaskView(row, { names, queue, pace }));
}

const isInQueue = (row: FullTaskRow) => row.status === "queued" && row.unitId !== null;

type Around = {
  names: Awaited<ReturnType<typeof outputNames>>;
  queue: Awaited<ReturnType<typeof queuePositions>>;
  pace: Awaited<ReturnType<typeof measureQueuePace>> | null;
};

function toTaskView(row: FullTaskRow, { names, queue, pace }: Around): TaskView {
  const isWaiting = isInQueue(row);
  const item = toTaskListItem(row, {
    jobs: row.jobs.map((job) => toJobRow(row.id, job)),
    queuePosition: queue.positions.get(row.id) ?? null,
    pace: isWaiting ? pace : null,
    outputNames: names,
  });
  return {
    ...item,
    jobs: row.jobs.map((job) => toJobView(job, row.output)),
    mediaInfo: row.mediaInfo as MediaInfo | null,
    outputPattern: row.outputPattern,
    userData: row.userData,
    attempt: row.attempt,
    trigger: row.trigger,
    worker: row.worker === null ? null : { id: showId("worker", row.worker.id), name: row.worker.name },
    queueLength: isWaiting ? queue.length : null,
    events: row.events.toReversed().map((event) => ({
      id: event.id.toString(),
      at: event.at.toISOString(),
      type: event.type,
      data: event.data as Record<string, unknown>,
    })),
    logLineCount: row._count.logs,
    updatedAt: row.updatedAt.toISOString(),
  };
}

export function taskNotFound(): AppError {
  return new AppError("not_found", "This task does not exist or was deleted.");
}

function toJobRow(taskId: string, job: FullJobRow): JobRow {
  return {
    id: job.id,
    taskId,
    index: job.index,
    status: job.status,
    templateName: job.templateName,
    templateVersion: job.templateVersion,
    errorCode: job.errorCode,
    errorParams: job.errorParams,
    evidence: job.evidence,
    percent: job.progress?.percent ?? null,
    speed: job.progress?.speed ?? null,
    etaSeconds: job.progress?.etaSeconds ?? null,
    sizeBytes: (job.result as JobResult | null)?.sizeBytes ?? null,
  };
}
