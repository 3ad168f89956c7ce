import { setTimeout as sleep } from "node:timers/promises";

import type { Store } from "#lib/storage/store.ts";
import type { Attempt } from "#lib/worker/attempt.ts";
import { diskFull } from "#lib/worker/disk-space.ts";
import { failureOf, stopOf } from "#lib/worker/outcome.ts";
import { waitingForSpace } from "#lib/worker/settle-task.ts";
import { NOT_WAITING, showWaiting } from "#lib/worker/show-waiting.ts";
import type { TaskLogWriter } from "#lib/worker/task-log.ts";

/** A slot is held this long for an Output without space, so that what is encoded is not lost; then the task goes back. */
const HOLD_MS = 300_000;
const LOOK_MS = 2_000;
/** What the journal, names and blocks want beside the bytes. */
const MARGIN_BYTES = 65_536;

type Wanted = { store: Store; needBytes: number; log: TaskLogWriter };

/**
 * Publishes; while the Output is full, keeps the encoded files, shows on the task what it waits for, and publishes again
 * once there is space.
 * @throws FailureError WORKER_DISK_FULL with figures, when there was none for five minutes or nobody can tell
 */
export async function whenSpace(
  attempt: Attempt,
  wanted: Wanted,
  publish: () => Promise<void>,
): Promise<void> {
  const giveUpAt = performance.now() + HOLD_MS;
  for (let round = 0; ; round++) {
    try {
      await publish();
      return;
    } catch (error) {
      const found = failureOf(error, attempt.signal);
      if (stopOf(error, attempt.signal) !== null || found.code !== "WORKER_DISK_FULL") throw error;
      const free = await wanted.store.freeBytes?.();
      const full = diskFull(attempt.task.output.name, wanted.needBytes, free ?? 0, found);
      if (free === undefined || performance.now() > giveUpAt) throw full;
      if (round === 0) wanted.log.error(`the Output ${attempt.task.output.name} is full, waiting for space`);
      await showWaiting(attempt, waitingForSpace(full.failure));
      // There may be a quota that the free bytes do not show: each round looks later.
      if (!(await hasSpace(attempt, wanted, { giveUpAt, firstLookMs: LOOK_MS * 2 ** round }))) throw full;
      await showWaiting(attempt, NOT_WAITING);
    }
  }
}

/** False when the time is up; throws the signal's reason when the attempt is stopped. */
async function hasSpace(
  { signal }: Attempt,
  { store, needBytes }: Wanted,
  { giveUpAt, firstLookMs }: { giveUpAt: number; firstLookMs: number },
): Promise<boolean> {
  for (let waitMs = firstLookMs; ; waitMs = LOOK_MS) {
    await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    const free = (await store.freeBytes?.()) ?? 0;
    if (free > needBytes * 1.01 + MARGIN_BYTES) return true;
    if (performance.now() > giveUpAt) return false;
  }
}
