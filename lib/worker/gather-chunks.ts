import { once } from "node:events";
import path from "node:path";

import { logger } from "#lib/log.ts";
import { type Damage, type EncodedSound, type EncodeOptions, warnOfDamage } from "#lib/media/encode.ts";
import { encodeSound } from "#lib/media/encode-sound.ts";
import type { Chunk } from "#lib/media/plan-chunks.ts";
import { soundsApart } from "#lib/media/sound-args.ts";
import { type Attempt, outlastOutage } from "#lib/worker/attempt.ts";
import { ChunkProgress } from "#lib/worker/chunk-progress.ts";
import { type ChunkClaim, claimOwn, readChunks, reopenChunk, withdrawRun } from "#lib/worker/chunk-rows.ts";
import { ChunkGone, type ChunkRunData, encodeClaimed } from "#lib/worker/chunk-run.ts";
import type { ChunkStore } from "#lib/worker/chunk-store.ts";

/** The rows are looked at this often, whatever was told meanwhile. */
const LOOK_MS = 2_000;

/** The chunks of one run, on their way into the store: the attempt's slot encodes, and whoever else has one free. */
export class GatheredChunks {
  readonly progress: ChunkProgress;
  readonly #data: ChunkRunData;
  readonly #attempt: Attempt;
  readonly #store: ChunkStore;
  readonly #options: EncodeOptions;
  /** What was said about the source, by chunk that is in the store. */
  readonly #kept = new Map<number, Damage>();
  #own: ChunkClaim | null = null;

  constructor(
    data: ChunkRunData,
    { attempt, store, options }: { attempt: Attempt; store: ChunkStore; options: EncodeOptions },
  ) {
    this.#data = data;
    this.#attempt = attempt;
    this.#store = store;
    this.#options = options;
    this.progress = new ChunkProgress(data.chunks, {
      hasSound: soundsApart(data.run).length > 0,
      tell: options.onProgress,
    });
  }

  /** Looks for what an earlier attempt has left. @returns the indexes of what is missing */
  async findKept(): Promise<number[]> {
    const missing: number[] = [];
    for (const { index } of this.#data.chunks) if (!(await this.#find(index))) missing.push(index);
    return missing;
  }

  /** Adds what was said about the source to the jobs' warnings. */
  warn(): void {
    for (const damage of this.#kept.values()) warnOfDamage(this.#data.run, damage);
  }

  /**
   * Encodes the sound, in this slot, and then one chunk after the other until all are there; the first failure of this
   * attempt's own ends them all.
   */
  async encode(runId: string): Promise<EncodedSound> {
    const { signal } = this.#attempt;
    const timer = setInterval(() => {
      this.#look(runId).catch((error: unknown) => {
        // The last look is not this one.
        logger("worker").warn({ err: error, runId }, "the chunks of others could not be looked at");
      });
    }, LOOK_MS);
    try {
      const sound = await encodeSound(this.#data.run, {
        ...this.#options,
        onProgress: this.progress.sound,
      });
      for (;;) {
        signal.throwIfAborted();
        const claim = await this.#ask(() => claimOwn(runId, this.#attempt.workerId));
        if (claim !== null) await this.#encodeOne(claim);
        else if (await this.#ask(() => this.#look(runId))) return sound;
        else await this.#news(runId);
      }
    } finally {
      clearInterval(timer);
      await withdrawRun(runId).catch((error: unknown) => {
        // Helpers see by the task's row that they are not wanted; the next attempt or the sweep removes these.
        logger("worker").warn({ err: error, runId }, "the chunks could not be withdrawn");
      });
    }
  }

  #ask<T>(work: () => Promise<T>): Promise<T> {
    const { task, signal } = this.#attempt;
    return outlastOutage(work, { taskId: task.id, signal });
  }

  async #encodeOne(claim: ChunkClaim): Promise<void> {
    const attempt = this.#attempt;
    const chunk = this.#chunk(claim.index);
    this.#own = claim;
    try {
      const damage = await encodeClaimed(claim, this.#data, {
        taskId: attempt.task.id,
        store: this.#store,
        news: attempt.help.news,
        workDir: path.join(attempt.dir, "chunks", `${claim.index}`),
        options: { ...this.#options, onProgress: (pace) => this.progress.update(chunk, pace) },
        signal: attempt.signal,
      });
      this.#isDone(claim.index, damage);
    } catch (error) {
      attempt.signal.throwIfAborted();
      // The database did not hear of this process for so long that another one encodes it.
      if (!(error instanceof ChunkGone)) throw error;
      this.progress.stopped(chunk);
    } finally {
      this.#own = null;
    }
  }

  /** Takes note of what others have done. @returns whether all is there */
  async #look(runId: string): Promise<boolean> {
    for (const row of await readChunks(runId)) {
      if (this.#kept.has(row.index) || row.index === this.#own?.index) continue;
      const chunk = this.#chunk(row.index);
      const { percent, fps, speed } = row;
      if (row.status === "running") this.progress.update(chunk, { percent, fps, speed, etaSeconds: null });
      else this.progress.stopped(chunk);
      if (row.status === "done" && !(await this.#find(row.index))) await reopenChunk(runId, row.index);
    }
    return this.#kept.size === this.#data.chunks.length;
  }

  async #find(index: number): Promise<boolean> {
    const damage = await this.#store.find(index);
    if (damage !== null) this.#isDone(index, damage);
    return damage !== null;
  }

  #isDone(index: number, damage: Damage): void {
    // Two looks may have met.
    if (this.#kept.has(index)) return;
    this.#kept.set(index, damage);
    this.progress.done(this.#chunk(index));
  }

  async #news(runId: string): Promise<void> {
    const { help, signal } = this.#attempt;
    const either = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
    // It ends by its time, mostly; the caller asks why.
    await once(help.news, runId, { signal: either }).catch(() => undefined);
  }

  #chunk(index: number): Chunk {
    const chunk = this.#data.chunks[index];
    if (chunk === undefined) throw new Error(`no chunk ${index}`);
    return chunk;
  }
}
