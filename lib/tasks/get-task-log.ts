import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { readId } from "#lib/ids.ts";
import { taskNotFound } from "#lib/tasks/get-task.ts";
import type { TaskLogLine, TaskLogPage } from "#lib/tasks/view.ts";

export const MAX_LOG_LINES = 1000;

/**
 * Lines `from` (0 = the first) to `from + limit` of a task's log; a line keeps its number for ever, so a follower asks
 * for `from = total`. `limit` is at most {@link MAX_LOG_LINES}.
 * @throws {AppError} `not_found`
 */
export async function getTaskLog(
  ctx: Ctx,
  taskId: string,
  { from = 0, limit = MAX_LOG_LINES }: { from?: number; limit?: number } = {},
): Promise<TaskLogPage> {
  const id = await findTaskId(ctx, taskId);
  const [total, rows] = await Promise.all([
    db().taskLog.count({ where: { taskId: id } }),
    db().taskLog.findMany({
      where: { taskId: id },
      orderBy: { id: "asc" },
      skip: from,
      take: Math.min(limit, MAX_LOG_LINES),
    }),
  ]);
  const lines = rows.map((row, index) => ({
    line: from + index + 1,
    at: row.at.toISOString(),
    attempt: row.attempt,
    level: row.level as TaskLogLine["level"],
    text: row.text,
  }));
  return { lines, total: Math.max(total, from + lines.length) };
}

/**
 * The whole log as text, one line each: time, attempt, level, text.
 * @throws {AppError} `not_found`
 */
export async function getTaskLogText(ctx: Ctx, taskId: string): Promise<string> {
  const id = await findTaskId(ctx, taskId);
  const rows = await db().taskLog.findMany({ where: { taskId: id }, orderBy: { id: "asc" } });
  return rows
    .map((row) => `${row.at.toISOString()} #${row.attempt} ${row.level.padEnd(7)} ${row.text}\n`)
    .join("");
}

async function findTaskId(ctx: Ctx, taskId: string): Promise<string> {
  const id = readId("task", taskId);
  const row =
    id === null
      ? null
      : await db().task.findFirst({ where: { id, projectId: ctx.projectId }, select: { id: true } });
  if (row === null) throw taskNotFound();
  return row.id;
}
