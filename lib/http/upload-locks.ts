import type { Lock, Locker, RequestRelease } from "@tus/server";

import { AppError } from "#lib/errors.ts";

/** Whoever is asked to let go does so within a few seconds, unless the disk stands still. */
const PATIENCE_MS = 30_000;

type Holder = { letGo: RequestRelease; gone: Promise<void>; leave: () => void };

/**
 * One request at a time works on an upload. A second one asks the first to stop, which keeps what it has stored: most
 * often the first is the dead end of a connection that was cut, and the second is the same client that goes on. In the
 * memory of this process: behind several processes the same client's bytes are written twice to the same place, which
 * changes nothing.
 */
export class UploadLocks implements Locker {
  readonly #holders = new Map<string, Holder>();
  readonly #patienceMs: number;

  constructor(patienceMs: number = PATIENCE_MS) {
    this.#patienceMs = patienceMs;
  }

  newLock(id: string): Lock {
    return {
      lock: (signal, letGo) => this.#lock(id, signal, letGo),
      unlock: async () => {
        const holder = this.#holders.get(id);
        this.#holders.delete(id);
        holder?.leave();
      },
    };
  }

  /** Resolves when whoever works on an upload now has ended; asks nobody to. */
  async untilFree(id: string): Promise<void> {
    await this.#holders.get(id)?.gone;
  }

  async #lock(id: string, signal: AbortSignal, letGo: RequestRelease): Promise<void> {
    const late = AbortSignal.any([signal, AbortSignal.timeout(this.#patienceMs)]);
    for (let holder = this.#holders.get(id); holder !== undefined; holder = this.#holders.get(id)) {
      await holder.letGo();
      await Promise.race([holder.gone, aborted(late)]);
      if (late.aborted)
        throw new AppError(
          "unavailable",
          "Another request is still writing this upload. Try again in a moment.",
          {
            retryAfterSeconds: 5,
          },
        );
    }
    let leave = (): void => undefined;
    const gone = new Promise<void>((resolve) => (leave = resolve));
    this.#holders.set(id, { letGo, gone, leave });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
