type Sample = { at: number; bytes: number };

/** How far back the speed looks, in milliseconds: long enough to be calm, short enough to follow a change of network. */
const WINDOW_MS = 5000;

/** A file's speed over the last five seconds. */
export class UploadRate {
  #samples: Sample[] = [];

  /** `at` in Unix milliseconds, `bytes` sent so far. */
  add(at: number, bytes: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ at, bytes });
    const kept = this.#samples.findIndex((sample) => sample.at >= at - WINDOW_MS);
    if (kept > 0) this.#samples = this.#samples.slice(kept);
  }

  reset(): void {
    this.#samples = [];
  }

  /** Null until half a second has been watched. */
  bytesPerSecond(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < 500) return null;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}
