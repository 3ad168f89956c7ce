import type { Tx } from "#lib/db/client.ts";
import type { Worker } from "#lib/db/generated/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";

/**
 * A worker's row by `wrk_…`, locked until the transaction ends. Workers belong to the installation, not to a project.
 * @throws {AppError} `not_found`
 */
export async function lockWorker(tx: Tx, workerId: string): Promise<Worker> {
  const missing = () => new AppError("not_found", "This worker does not exist or was removed.");
  const id = readId("worker", workerId);
  if (id === null) throw missing();
  await tx.$queryRaw`SELECT 1 FROM "Worker" WHERE id = ${id}::uuid FOR UPDATE`;
  const row = await tx.worker.findUnique({ where: { id } });
  if (row === null) throw missing();
  return row;
}
