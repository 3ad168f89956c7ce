import { setTimeout as sleep } from "node:timers/promises";

import { db, type Tx } from "#lib/db/client.ts";
import { isConnectionError } from "#lib/db/connection-error.ts";
import type { Job, Task } from "#lib/db/generated/client.ts";
import { logger } from "#lib/log.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";
import type { Tools } from "#lib/media/run-tool.ts";
import type { StorableOutput } from "#lib/storage/open-store.ts";
import type { WorkDisk } from "#lib/worker/disk-space.ts";
import type { MemoryPool } from "#lib/worker/memory-pool.ts";
import { Stopped } from "#lib/worker/outcome.ts";

export type ClaimedTask = Task & { jobs: Job[]; output: StorableOutput };

/** One run of one task by this process. Everything that it writes carries `fence`. */
export type Attempt = {
  task: ClaimedTask;
  /** Jobs that are still to be done; those that an earlier attempt published are not. */
  jobs: Job[];
  fence: number;
  workerName: string;
  /** Infrastructure tries that the unit has behind it. */
  tries: number;
  /** Runs before this one, in a row, that a full disk sent back; and what the last of them needed in the Output. */
  diskWaits: number;
  outputBytes: number | null;
  /** The attempt's own folder; removed at the end, whatever happens. */
  dir: string;
  /** Finished chunks of the task, which outlast the attempt; removed once the task is settled. */
  chunksDir: string;
  tools: Tools;
  /** The worker's other slots. */
  slots: SlotLender;
  /** Shared by all attempts of this worker. */
  memory: MemoryPool;
  disk: WorkDisk;
  capabilities: Capabilities;
  signal: AbortSignal;
};

/** Gives a unit a second slot for a while, when no other task wants it. */
export type SlotLender = {
  /** How many could be had now. */
  lendable: () => Promise<number>;
  borrow: () => Promise<{ tools: Tools; giveBack: () => void } | null>;
};

/** Ends a transaction whose process hangs, so that its row lock cannot outlive it. */
const LOCK_TIMEOUT_SECONDS = 20;
const TRANSACTION_TIMEOUT_MS = 30_000;
/** A restart of the database is waited for this long. */
const OUTAGE_MS = 60_000;
const OUTAGE_STEP_MS = 1_000;

export type FenceKey = Pick<Attempt, "fence"> & { task: Pick<Task, "id">; signal?: AbortSignal };

/**
 * Runs `work` in a transaction that holds the task's row lock, if this attempt still owns the task.
 * @throws {Stopped} `lost` when another attempt owns it (or it is settled), `canceled` when somebody wants it to end
 * and `options.evenCanceled` is not set. Nothing is written then. A database that does not answer is asked again for a
 * minute, or until the attempt's signal fires.
 */
export async function withFence<T>(
  attempt: FenceKey,
  work: (tx: Tx) => Promise<T>,
  options: { evenCanceled?: boolean } = {},
): Promise<T> {
  const giveUpAt = performance.now() + OUTAGE_MS;
  for (;;) {
    const state = { hasBegun: false };
    try {
      return await fenced(attempt, work, options, state);
    } catch (error) {
      // Once the work has begun, parts of it outside of the database may be done: only its owner knows whether to repeat it.
      if (state.hasBegun || !isConnectionError(error) || performance.now() > giveUpAt) throw error;
      logger("worker").warn({ err: error, taskId: attempt.task.id }, "the database did not answer, waiting");
      await sleep(OUTAGE_STEP_MS);
      if (attempt.signal?.aborted === true) throw error;
    }
  }
}

function fenced<T>(
  attempt: FenceKey,
  work: (tx: Tx) => Promise<T>,
  options: { evenCanceled?: boolean },
  state: { hasBegun: boolean },
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
      state.hasBegun = true;
      return work(tx);
    },
    { timeout: TRANSACTION_TIMEOUT_MS },
  );
}
