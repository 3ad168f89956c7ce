import type { EventEmitter } from "node:events";
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
  workerId: string;
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
  /** Others that may encode chunks of it. */
  help: ChunkHelp;
  /** Shared by all attempts of this worker. */
  memory: MemoryPool;
  disk: WorkDisk;
  capabilities: Capabilities;
  signal: AbortSignal;
};

/** What an attempt has to know of the slots, on this worker and others, that may encode chunks of it. */
export type ChunkHelp = {
  /** Of DATA_DIR: workers with the same one see each other's files. */
  storeId: string;
  /** Of the product: another one may encode otherwise. */
  version: string;
  /** Slots of this worker that could be had now. */
  lendable: () => number;
  /** Absolute: sources in here lie in the same place for every worker of the store. */
  dataDir: string;
  /** Says the id of a run whose chunks have changed. */
  news: EventEmitter;
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
  const state = { hasBegun: false };
  return outlastOutage(
    () => fenced(attempt, work, options, state),
    // Once the work has begun, parts of it outside of the database may be done: only its owner knows whether to repeat it.
    { taskId: attempt.task.id, signal: attempt.signal, mayRepeat: () => !state.hasBegun },
  );
}

/** Asks a database that does not answer again for a minute, or until the signal fires. */
export async function outlastOutage<T>(
  work: () => Promise<T>,
  options: { taskId: string; signal?: AbortSignal | undefined; mayRepeat?: () => boolean },
): Promise<T> {
  const { taskId, signal, mayRepeat = () => true } = options;
  const giveUpAt = performance.now() + OUTAGE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!mayRepeat() || !isConnectionError(error) || performance.now() > giveUpAt) throw error;
      logger("worker").warn({ err: error, taskId }, "the database did not answer, waiting");
      await sleep(OUTAGE_STEP_MS);
      if (signal?.aborted === true) throw error;
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
