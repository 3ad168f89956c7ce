import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { readId } from "#lib/ids.ts";
import { listJobRows } from "#lib/jobs/list-job-rows.ts";
import { outputNames } from "#lib/outputs/output-names.ts";
import { measureQueuePace } from "#lib/queue/queue-pace.ts";
import { queuePositions } from "#lib/queue/queue-positions.ts";
import { DEFAULT_LIMIT, MAX_IDS, NO_FILTERS, type TaskQuery } from "#lib/tasks/queries.ts";
import { readTaskCursor, writeTaskCursor, type TaskCursor } from "#lib/tasks/task-cursor.ts";
import { taskWhere } from "#lib/tasks/task-where.ts";
import { sourceOutputIds } from "#lib/tasks/to-source-view.ts";
import { TASK_ROW, toTaskListItem, type TaskRow } from "#lib/tasks/to-task-list-item.ts";
import type { TaskListItem, TaskPage } from "#lib/tasks/view.ts";

const NEWEST_FIRST = [
  { createdAt: "desc" },
  { id: "desc" },
] as const satisfies Prisma.TaskOrderByWithRelationInput[];
const OLDEST_FIRST = [
  { createdAt: "asc" },
  { id: "asc" },
] as const satisfies Prisma.TaskOrderByWithRelationInput[];

/**
 * A page of the project's tasks, newest first. `nextCursor` leads to older ones, `previousCursor` (with direction
 * "newer") to newer ones; null where there are none. A cursor that is none counts as absent.
 */
export async function listTasks(ctx: Ctx, query: Partial<TaskQuery> = {}): Promise<TaskPage> {
  if (query.ids !== undefined && query.ids.length > 0) return namedTasks(ctx, query.ids);
  const where = await taskWhere(ctx, query.filters ?? NO_FILTERS);
  const limit = query.limit ?? DEFAULT_LIMIT;
  const cursor = query.cursor == null ? null : readTaskCursor(query.cursor);
  if (cursor === null) return firstPage(ctx, where, limit);
  return query.direction === "newer"
    ? newerPage(ctx, where, limit, cursor)
    : olderPage(ctx, where, limit, cursor);
}

/**
 * Tasks `skip` to `skip + limit`, newest first, and how many there are: for dialects whose lists page by offset. Costs
 * more the further it skips; the console pages by cursor.
 */
export async function listTasksByOffset(
  ctx: Ctx,
  { filters, skip, limit }: { filters: TaskQuery["filters"]; skip: number; limit: number },
): Promise<{ items: TaskListItem[]; total: number }> {
  const where = await taskWhere(ctx, filters);
  const [rows, total] = await Promise.all([
    db().task.findMany({ where, select: TASK_ROW, orderBy: [...NEWEST_FIRST], skip, take: limit }),
    db().task.count({ where }),
  ]);
  return { items: await toItems(ctx, rows), total };
}

async function firstPage(ctx: Ctx, where: Prisma.TaskWhereInput, limit: number): Promise<TaskPage> {
  const rows = await db().task.findMany({
    where,
    select: TASK_ROW,
    orderBy: [...NEWEST_FIRST],
    take: limit + 1,
  });
  return toPage(ctx, rows.slice(0, limit), { hasOlder: rows.length > limit, hasNewer: false });
}

async function olderPage(
  ctx: Ctx,
  where: Prisma.TaskWhereInput,
  limit: number,
  cursor: TaskCursor,
): Promise<TaskPage> {
  const rows = await db().task.findMany({
    where: { AND: [where, beyond(cursor, "lt")] },
    select: TASK_ROW,
    orderBy: [...NEWEST_FIRST],
    take: limit + 1,
  });
  const page = await toPage(ctx, rows.slice(0, limit), { hasOlder: rows.length > limit, hasNewer: true });
  // Everything older is gone: the way back is still there.
  return { ...page, previousCursor: page.previousCursor ?? writeTaskCursor(cursor) };
}

async function newerPage(
  ctx: Ctx,
  where: Prisma.TaskWhereInput,
  limit: number,
  cursor: TaskCursor,
): Promise<TaskPage> {
  const rows = await db().task.findMany({
    where: { AND: [where, beyond(cursor, "gt")] },
    select: TASK_ROW,
    orderBy: [...OLDEST_FIRST],
    take: limit + 1,
  });
  // The way up ends at the first page, whole, rather than at a remainder.
  if (rows.length <= limit) return firstPage(ctx, where, limit);
  return toPage(ctx, rows.slice(0, limit).reverse(), { hasOlder: true, hasNewer: true });
}

/**
 * Rows after a cursor. The first condition is what the index is entered by: PostgreSQL does not enter one by the OR
 * alone, and a million rows would be read from the top.
 */
function beyond({ createdAt, id }: TaskCursor, side: "lt" | "gt"): Prisma.TaskWhereInput {
  return side === "lt"
    ? { createdAt: { lte: createdAt }, OR: [{ createdAt: { lt: createdAt } }, { id: { lt: id } }] }
    : { createdAt: { gte: createdAt }, OR: [{ createdAt: { gt: createdAt } }, { id: { gt: id } }] };
}

async function namedTasks(ctx: Ctx, taskIds: readonly string[]): Promise<TaskPage> {
  const ids = taskIds
    .slice(0, MAX_IDS)
    .map((id) => readId("task", id))
    .filter((id) => id !== null);
  const rows = await db().task.findMany({
    where: { projectId: ctx.projectId, id: { in: ids } },
    select: TASK_ROW,
    orderBy: [...NEWEST_FIRST],
  });
  return toPage(ctx, rows, { hasOlder: false, hasNewer: false });
}

async function toPage(
  ctx: Ctx,
  rows: readonly TaskRow[],
  more: { hasOlder: boolean; hasNewer: boolean },
): Promise<TaskPage> {
  const [first, last] = [rows.at(0), rows.at(-1)];
  return {
    items: await toItems(ctx, rows),
    nextCursor: more.hasOlder && last !== undefined ? writeTaskCursor(last) : null,
    previousCursor: more.hasNewer && first !== undefined ? writeTaskCursor(first) : null,
  };
}

async function toItems(ctx: Ctx, rows: readonly TaskRow[]): Promise<TaskListItem[]> {
  const ids = rows.map((row) => row.id);
  const waiting = rows.filter((row) => row.status === "queued" && row.unitId !== null).map((row) => row.id);
  const [jobs, names, queue, pace] = await Promise.all([
    listJobRows(ids),
    outputNames(ctx, sourceOutputIds(rows)),
    queuePositions(db(), ctx.projectId, waiting),
    waiting.length > 0 ? measureQueuePace() : null,
  ]);
  return rows.map((row) =>
    toTaskListItem(row, {
      jobs: jobs.get(row.id) ?? [],
      queuePosition: queue.positions.get(row.id) ?? null,
      pace,
      outputNames: names,
    }),
  );
}
