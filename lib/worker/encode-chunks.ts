import { createHash } from "node:crypto";
import { lstat, mkdir, rm } from "node:fs/promises";
import path from "node:path";

import { FailureError } from "#lib/errors.ts";
import { chunkArgs } from "#lib/media/chunk-args.ts";
import { chunkFile, encodeChunk, listChunks, sourceFrameTimes } from "#lib/media/encode-chunk.ts";
import { type Damage, type EncodeOptions, encodeRun, warnOfDamage } from "#lib/media/encode.ts";
import { videosOf } from "#lib/media/ffmpeg-args.ts";
import { estimateMemoryBytes } from "#lib/media/estimate-memory.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { type Chunk, chunkObstacle, planChunks } from "#lib/media/plan-chunks.ts";
import type { EncodeRun } from "#lib/media/plan-encode.ts";
import type { Tools } from "#lib/media/run-tool.ts";
import type { Attempt } from "#lib/worker/attempt.ts";
import { ChunkProgress } from "#lib/worker/chunk-progress.ts";
import { ChunkStore } from "#lib/worker/chunk-store.ts";
import { freeBytes, workBytes } from "#lib/worker/disk-space.ts";
import { faultPoint } from "#lib/worker/fault-point.ts";
import { stopOf } from "#lib/worker/outcome.ts";

export type ChunkContext = {
  attempt: Attempt;
  media: MediaInfo;
  /** As for the process that encodes the run whole. */
  options: EncodeOptions;
  onInfo: (text: string) => void;
};

/**
 * Encodes a run's picture in chunks, in this worker's free slots too, and makes of them what one process would have made;
 * chunks that an earlier attempt finished are not encoded again. False when the run is better encoded whole, or has to
 * be, since a seam does not fit; nothing of it is left then.
 *
 * An encoder has the threads of one slot. A run of as many renditions as there are slots to be had fills them by itself:
 * splitting it costs processor time (bench/chunks) and brings nothing.
 */
export async function encodeInChunks(run: EncodeRun, context: ChunkContext): Promise<boolean> {
  const { attempt, media } = context;
  if (chunkObstacle(run) !== null) return false;
  const isBegun = (await lstat(attempt.chunksDir).catch(() => null)) !== null;
  const renditions = run.jobs.flatMap(videosOf).length;
  const isFaster = renditions <= (await attempt.slots.lendable());
  if (!isBegun && !isFaster) return false;
  // The chunks and what is made of them lie side by side.
  if ((await freeBytes(attempt.dir)) < 2 * workBytes(media.sizeBytes)) return false;
  try {
    return await new ChunkedRun(run, context).encode(isFaster);
  } catch (error) {
    if (!isSeamFailure(error) || stopOf(error, attempt.signal) !== null) throw error;
    context.onInfo(`encoding it whole: ${String(error.failure.params["detail"])}`);
    await rm(attempt.chunksDir, { recursive: true, force: true });
    return false;
  }
}

const isSeamFailure = (error: unknown): error is FailureError =>
  error instanceof FailureError &&
  error.failure.code === "OUTPUT_VERIFICATION_FAILED" &&
  error.failure.params["check"] === "seams";

class ChunkedRun {
  readonly #run: EncodeRun;
  readonly #context: ChunkContext;
  readonly #failed = new AbortController();
  readonly #signal: AbortSignal;
  readonly #damage: Damage[] = [];

  constructor(run: EncodeRun, context: ChunkContext) {
    this.#run = run;
    this.#context = context;
    this.#signal = AbortSignal.any([context.attempt.signal, this.#failed.signal]);
  }

  /** `isFaster` false: only what was begun in chunks is gone on with. */
  async encode(isFaster: boolean): Promise<boolean> {
    const { attempt, media, options, onInfo } = this.#context;
    const times = await sourceFrameTimes(this.#run, media, options.sourcePath, options);
    const chunks = planChunks(this.#run, times);
    if (chunks.length < 2) return false;
    const store = new ChunkStore(attempt.chunksDir, this.#key(times, chunks));
    const progress = new ChunkProgress(chunks, options.onProgress);
    const missing: Chunk[] = [];
    for (const chunk of chunks) {
      const damage = await store.find(chunk.index);
      if (damage === null) missing.push(chunk);
      else this.#isDone(chunk, damage, progress);
    }
    if (!isFaster && missing.length === chunks.length) return false;
    onInfo(`${chunks.length} chunks, ${chunks.length - missing.length} of them from an earlier attempt`);
    await this.#encodeAll(missing, store, progress);
    const list = await listChunks(
      this.#run,
      chunks,
      { folder: store.folder, fileOf: (chunk, key, at) => store.fileOf(chunk.index, nameOf(key, at)) },
      { tools: attempt.tools, signal: this.#signal },
    );
    for (const damage of this.#damage) warnOfDamage(this.#run, damage);
    await encodeRun(this.#run, { ...options, chunks: list, onProgress: progress.joining });
    return true;
  }

  /** What is encoded, and how: the source, the chunks, the templates and the encoder. */
  #key(times: readonly number[], chunks: readonly Chunk[]): string {
    const { attempt, media } = this.#context;
    const options = { sourcePath: "/source", outputDirOf: (key: string) => `/${key}`, threads: 1 };
    const texts = this.#run.jobs.flatMap(videosOf).map((video) => video.texts);
    const about = [
      [media.sizeBytes, times],
      chunks.map((chunk) => chunkArgs(this.#run, chunk, options)),
      [texts, attempt.capabilities.ffmpegVersion],
    ];
    return createHash("sha256").update(JSON.stringify(about)).digest("hex").slice(0, 32);
  }

  /** One chunk after the other in the attempt's own slot, and in each that is lent. The first failure ends them all. */
  async #encodeAll(waiting: Chunk[], store: ChunkStore, progress: ChunkProgress): Promise<void> {
    const { attempt, media } = this.#context;
    const bytes = estimateMemoryBytes(this.#run, media, attempt.tools.threads);
    const helpers = new Set<Promise<void>>();
    let failure: { error: unknown } | undefined;
    const guarded = async (work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        failure ??= { error };
        this.#failed.abort(error);
      }
    };
    const help = async () => {
      while (waiting.length > 0 && !this.#signal.aborted) {
        const lent = await attempt.slots.borrow();
        if (lent === null) return;
        const release = attempt.memory.tryHold(bytes);
        try {
          if (release === null) return;
          const chunk = waiting.shift();
          if (chunk !== undefined) await this.#encodeOne(chunk, lent.tools, store, progress);
        } finally {
          release?.();
          lent.giveBack();
        }
      }
    };
    const look = () => {
      for (let wanted = waiting.length - helpers.size; wanted > 0; wanted--) {
        const helper: Promise<void> = guarded(help).finally(() => helpers.delete(helper));
        helpers.add(helper);
      }
    };
    await guarded(async () => {
      for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift()) {
        look();
        await this.#encodeOne(chunk, attempt.tools, store, progress);
      }
    });
    await Promise.all(helpers);
    if (failure !== undefined) throw failure.error;
    attempt.signal.throwIfAborted();
  }

  async #encodeOne(chunk: Chunk, tools: Tools, store: ChunkStore, progress: ChunkProgress): Promise<void> {
    const { attempt, options } = this.#context;
    const workDir = path.join(attempt.dir, "chunks", `${chunk.index}`);
    await mkdir(workDir, { recursive: true, mode: 0o711 });
    try {
      const damage = await encodeChunk(this.#run, chunk, {
        ...options,
        tools,
        workDir,
        durationSeconds: progress.secondsOf(chunk),
        onProgress: (pace) => progress.update(chunk, pace),
        signal: this.#signal,
      });
      this.#signal.throwIfAborted();
      const files = this.#run.jobs.flatMap((job) =>
        videosOf(job).map((_, at) => [nameOf(job.key, at), chunkFile(workDir, job.key, at)] as const),
      );
      await store.keep(chunk.index, new Map(files), damage);
      faultPoint("chunk");
      this.#isDone(chunk, damage, progress);
    } finally {
      await rm(workDir, { recursive: true, force: true });
    }
  }

  #isDone(chunk: Chunk, damage: Damage, progress: ChunkProgress): void {
    this.#damage.push(damage);
    progress.done(chunk);
  }
}

const nameOf = (key: string, videoIndex: number) => `${key}_${videoIndex}.mp4`;
