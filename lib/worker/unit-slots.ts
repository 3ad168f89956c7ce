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
  readonly #ending = new Map<number, Promise<void>>();
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
    const ending = close().then(
      () => undefined,
      () => undefined,
    );
    this.#ending.set(
      slot,
      ending.then(() => {
        this.#ending.delete(slot);
        this.#onFree();
      }),
    );
  }
}
