import type { Tx } from "#lib/db/client.ts";

/**
 * Waits until no other transaction is choosing names in this Output, and keeps others from it until this one ends.
 * `outputId`: UUID.
 */
export async function lockOutputNames(tx: Pick<Tx, "$executeRaw">, outputId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`output-names:${outputId}`}, 0))`;
}

/**
 * Waits until nobody else replaces, takes back or removes the primary of this name in the job's Output, and keeps others
 * from it until the transaction ends. Take a task's row lock before this one, never after it. `jobId`: UUID.
 */
export async function lockPrimary(tx: Pick<Tx, "$executeRaw">, jobId: string, path: string): Promise<void> {
  await tx.$executeRaw`
    SELECT pg_advisory_xact_lock(hashtextextended('output-path:' || COALESCE((
      SELECT task."outputId"::text FROM "Job" job JOIN "Task" task ON task.id = job."taskId"
      WHERE job.id = ${jobId}::uuid), '') || '/' || ${path}, 0))`;
}
