import { db, type Tx } from "#lib/db/client.ts";
import type { JobRow } from "#lib/tasks/to-task-list-item.ts";

/**
 * What the list shows of the jobs of these tasks (UUIDs), by task, in order. Of the results only the size is read: they
 * can be long, and a page has many.
 */
export async function listJobRows(
  taskIds: readonly string[],
  client: Pick<Tx, "$queryRaw"> = db(),
): Promise<Map<string, JobRow[]>> {
  const byTask = new Map<string, JobRow[]>();
  if (taskIds.length === 0) return byTask;
  const rows = await client.$queryRaw<JobRow[]>`
    SELECT job.id, job."taskId", job.index, job.status::text AS status, job."templateName", job."templateVersion",
           job."errorCode", job."errorParams", job.evidence,
           progress.percent, progress.speed, progress."etaSeconds",
           (job.result ->> 'sizeBytes')::float8 AS "sizeBytes"
    FROM "Job" job LEFT JOIN "JobProgress" progress ON progress."jobId" = job.id
    WHERE job."taskId" = ANY(${[...taskIds]}::uuid[])
    ORDER BY job."taskId", job.index`;
  for (const row of rows) byTask.set(row.taskId, [...(byTask.get(row.taskId) ?? []), row]);
  return byTask;
}
