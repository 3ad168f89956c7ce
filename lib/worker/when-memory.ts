import { formatBytes } from "#lib/media/format-measure.ts";
import type { Attempt } from "#lib/worker/attempt.ts";
import { NOT_WAITING, showWaiting, WAITING_FOR_MEMORY } from "#lib/worker/show-waiting.ts";
import type { TaskLogWriter } from "#lib/worker/task-log.ts";

/**
 * Runs an encoder that will need `bytes` when this worker has as much free, and keeps them for it. While it waits, the
 * task says so, and the log says how much is missing. Throws the signal's reason when the attempt is stopped meanwhile.
 */
export async function whenMemory<T>(
  attempt: Attempt,
  { bytes, log }: { bytes: number; log: TaskLogWriter },
  work: () => Promise<T>,
): Promise<T> {
  let hasWaited = false;
  return attempt.memory.hold(
    bytes,
    {
      signal: attempt.signal,
      onWait: async ({ needBytes, freeBytes, limitBytes }) => {
        hasWaited = true;
        const free = `${formatBytes(freeBytes)} of ${formatBytes(limitBytes)} are free`;
        log.info(`waiting for memory: the encode needs about ${formatBytes(needBytes)}, ${free}`);
        await showWaiting(attempt, WAITING_FOR_MEMORY);
      },
    },
    async () => {
      if (hasWaited) await showWaiting(attempt, NOT_WAITING);
      return work();
    },
  );
}
