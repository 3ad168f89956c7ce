/** Opens one slot: starts to take units with it. `close` takes no more, and resolves when the one that runs has ended. */
export type OpenSlot = (slot: number) => Promise<{ close: () => Promise<unknown> }>;

/**
 * The slots of one queue, opened and closed together. A slot that was closed while a unit ran in it is opened again only
 * after that unit's end: its number stands for a user id, a folder and a share of the processor, which no two units share.
 */
export class UnitSlots {
  readonly #slots: readonly number[];
  readonly #openSlot: OpenSlot;
  readonly #open = new Map<number, () => Promise<unknown>>();
  /** Closed, while a unit runs or something else is done in them. */
  readonly #ending = new Set<number>();
  readonly #busy = new Set<number>();
  /** Told when a unit comes into a slot that is about to be lent. */
  readonly #taken = new Map<number, () => void>();
  readonly #onFree: () => void;

  /** `onFree`: a slot that was closed has become free. */
  constructor(slots: readonly number[], openSlot: OpenSlot, onFree: () => void) {
    this.#slots = slots;
    this.#openSlot = openSlot;
    this.#onFree = onFree;
  }

  /** Slots that take units now. */
  get openCount(): number {
    return this.#open.size;
  }

  /** Slots that take units now and have none. */
  get idleCount(): number {
    return [...this.#open.keys()].filter((slot) => !this.#busy.has(slot)).length;
  }

  /** A unit runs in a slot from now on, until {@link end}. */
  begin(slot: number): void {
    this.#busy.add(slot);
    this.#taken.get(slot)?.();
  }

  end(slot: number): void {
    this.#busy.delete(slot);
  }

  /** A slot that has no unit, closed until it is given back; null when all have one. */
  async borrow(): Promise<{ slot: number; giveBack: () => void } | null> {
    const idle = [...this.#open].find(([slot]) => !this.#busy.has(slot));
    if (idle === undefined) return null;
    const [slot, close] = idle;
    this.#open.delete(slot);
    this.#ending.add(slot);
    const giveBack = () => {
      this.#ending.delete(slot);
      this.#onFree();
    };
    const isTaken = new Promise<boolean>((resolve) => this.#taken.set(slot, () => resolve(true)));
    const isClosed = close().then(
      () => false,
      () => false,
    );
    const isLost = await Promise.race([isTaken, isClosed]);
    this.#taken.delete(slot);
    if (!isLost) return { slot, giveBack };
    // A unit was on its way into it: then it is a slot like any that was closed while a unit ran.
    void isClosed.then(giveBack);
    return null;
  }

  /** Opens every slot that is free, or closes all; called again, it finishes what could not be done yet. */
  async set(isWanted: boolean): Promise<void> {
    if (!isWanted) {
      for (const [slot, close] of this.#open) this.#close(slot, close);
      return;
    }
    for (const slot of this.#slots) {
      if (this.#open.has(slot) || this.#ending.has(slot)) continue;
      this.#open.set(slot, (await this.#openSlot(slot)).close);
    }
  }

  #close(slot: number, close: () => Promise<unknown>): void {
    this.#open.delete(slot);
    this.#ending.add(slot);
    const end = () => {
      this.#ending.delete(slot);
      this.#onFree();
    };
    void close().then(end, end);
  }
}
