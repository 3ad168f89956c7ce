/** Times that later ones may go first while the first in line does not fit; then they wait behind it. */
const MOST_OVERTAKEN = 8;

type Waiting = { bytes: number; overtaken: number; go: () => void };

/** Of a wait: what is wanted, what is free now, and all that there is. Bytes. */
export type MemoryShortage = { needBytes: number; freeBytes: number; limitBytes: number };

/**
 * The memory that one worker's encoders share: each says beforehand how much it will need, and begins when that much is
 * free. What fits may go before what does not, a few times. One that is larger than all waits until it is alone.
 */
export class MemoryPool {
  readonly #limitBytes: number;
  #heldBytes = 0;
  #line: Waiting[] = [];

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get freeBytes(): number {
    return this.#limitBytes - this.#heldBytes;
  }

  /**
   * Runs `work` once `bytes` are free, and holds them until it ends. `onWait` is called first when it cannot begin at
   * once, and awaited. @throws the signal's reason when that comes before the memory
   */
  async hold<T>(
    bytes: number,
    options: { signal: AbortSignal; onWait: (shortage: MemoryShortage) => Promise<void> },
    work: () => Promise<T>,
  ): Promise<T> {
    const { signal, onWait } = options;
    signal.throwIfAborted();
    const held = Math.min(Math.max(0, bytes), this.#limitBytes);
    const begin = this.#standInLine(held, signal);
    try {
      if (!begin.isNow)
        await onWait({ needBytes: bytes, freeBytes: this.freeBytes, limitBytes: this.#limitBytes });
    } catch (error) {
      begin.leave();
      throw error;
    }
    await begin.turn;
    try {
      return await work();
    } finally {
      this.#release(held);
    }
  }

  /** Takes `bytes` when they are free now and nobody waits for them. @returns what gives them back; null when not */
  tryHold(bytes: number): (() => void) | null {
    if (this.#line.length > 0 || bytes > this.freeBytes) return null;
    this.#heldBytes += bytes;
    return () => this.#release(bytes);
  }

  #standInLine(bytes: number, signal: AbortSignal) {
    let isNow = false;
    let leave = () => {};
    const turn = new Promise<void>((resolve, reject) => {
      const stop = () => {
        this.#line = this.#line.filter((other) => other !== waiting);
        this.#callNext();
        reject(signal.reason as Error);
      };
      const waiting: Waiting = {
        bytes,
        overtaken: 0,
        go: () => {
          isNow = true;
          signal.removeEventListener("abort", stop);
          resolve();
        },
      };
      leave = () => {
        signal.removeEventListener("abort", stop);
        if (isNow) this.#release(bytes);
        else stop();
      };
      signal.addEventListener("abort", stop, { once: true });
      this.#line.push(waiting);
    });
    // An abort during `onWait` comes before anybody waits for the turn.
    turn.catch(() => undefined);
    this.#callNext();
    return {
      turn,
      leave,
      get isNow() {
        return isNow;
      },
    };
  }

  #release(bytes: number): void {
    this.#heldBytes -= bytes;
    this.#callNext();
  }

  /** Lets everybody begin who fits, in order; those who do not are overtaken, but not for ever. */
  #callNext(): void {
    const passed: Waiting[] = [];
    for (const waiting of [...this.#line]) {
      if (waiting.bytes <= this.freeBytes) {
        this.#line = this.#line.filter((other) => other !== waiting);
        this.#heldBytes += waiting.bytes;
        for (const other of passed) other.overtaken += 1;
        waiting.go();
      } else if (waiting.overtaken >= MOST_OVERTAKEN) return;
      else passed.push(waiting);
    }
  }
}
