import { db, type Tx } from "#lib/db/client.ts";
import type { Job, Output, Task } from "#lib/db/generated/client.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";
import type { Tools } from "#lib/media/run-tool.ts";
import { Stopped } from "#lib/worker/outcome.ts";

export type ClaimedTask = Task & { jobs: Job[]; output: Omit<Output, "credentialsEncrypted"> };

/** One run of one task by this process. Everything that it writes carries `fence`. */
export type Attempt = {
  task: ClaimedTask;
  /** Jobs that are still to be done; those that an earlier attempt published are not. */
  jobs: Job[];
  fence: number;
  workerName: string;
  /** Infrastructure tries that the unit has behind it. */
  tries: number;
  /** The attempt's own folder; removed at the end, whatever happens. */
  dir: string;
  tools: Tools;
  capabilities: Capabilities;
  signal: AbortSignal;
};

/** Ends a transaction whose process hangs, so that its row lock cannot outlive it. */
const LOCK_TIMEOUT_SECONDS = 20;
const TRANSACTION_TIMEOUT_MS = 30_000;

export type FenceKey = Pick<Attempt, "fence"> & { task: Pick<Task, "id"> };

/**
 * Runs `work` in a transaction that holds the task's row lock, if this attempt still owns the task.
 * @throws {Stopped} `lost` when another attempt owns it (or it is settled), `canceled` when somebody wants it to end
 * and `options.evenCanceled` is not set. Nothing is written then.
 */
export async function withFence<T>(
  attempt: FenceKey,
  work: (tx: Tx) => Promise<T>,
  options: { evenCanceled?: boolean } = {},
): Promise<T> {
  return db().$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe(
        `SET LOCAL idle_in_transaction_session_timeout = '${LOCK_TIMEOUT_SECONDS}s'`,
      );
      const rows = await tx.$queryRaw<{ isCanceled: boolean }[]>`
        SELECT "cancelRequestedAt" IS NOT NULL AS "isCanceled" FROM "Task"
        WHERE id = ${attempt.task.id}::uuid AND fence = ${attempt.fence} AND status = 'running'
        FOR UPDATE`;
      const row = rows[0];
      if (row === undefined) throw new Stopped("lost");
      if (row.isCanceled && options.evenCanceled !== true) throw new Stopped("canceled");
      return work(tx);
    },
    { timeout: TRANSACTION_TIMEOUT_MS },
  );
}
