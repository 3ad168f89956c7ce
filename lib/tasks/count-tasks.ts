import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import type { TaskFilters } from "#lib/tasks/schema.ts";
import { TASK_STATUSES, type TaskStatus } from "#lib/tasks/status.ts";
import { taskWhere } from "#lib/tasks/task-where.ts";

/** Counting stops here: nobody reads the difference, and every row costs. */
export const COUNT_CAP = 10_000;

export type TaskCounts = {
  /** Tasks that all filters let through; exact up to {@link COUNT_CAP}. */
  total: number;
  /** There are more than `total`. */
  isCapped: boolean;
  /** By status, the status filter left out, so that each can be offered with its number; each capped alike. */
  byStatus: Record<TaskStatus, number>;
};

/** How many tasks the filters let through. One short scan per status, along the index that begins with it. */
export async function countTasks(ctx: Ctx, filters: TaskFilters): Promise<TaskCounts> {
  const base = await taskWhere(ctx, { ...filters, status: [] });
  const counted = await Promise.all(
    TASK_STATUSES.map(async (status) => {
      const where = { ...base, status };
      return [status, await db().task.count({ where, take: COUNT_CAP + 1 })] as const;
    }),
  );
  const wanted = counted.filter(([status]) => filters.status.length === 0 || filters.status.includes(status));
  const sum = wanted.reduce((total, [, count]) => total + count, 0);
  const byStatus = Object.fromEntries(counted.map(([status, count]) => [status, Math.min(count, COUNT_CAP)]));
  return {
    total: Math.min(sum, COUNT_CAP),
    isCapped: sum > COUNT_CAP,
    byStatus: byStatus as Record<TaskStatus, number>,
  };
}
