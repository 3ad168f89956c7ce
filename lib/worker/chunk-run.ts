import { createHash } from "node:crypto";
import type { EventEmitter } from "node:events";
import { mkdir, rm, stat } from "node:fs/promises";
import path from "node:path";

import { logger } from "#lib/log.ts";
import { chunkArgs } from "#lib/media/chunk-args.ts";
import { chunkFile, encodeChunk } from "#lib/media/encode-chunk.ts";
import type { Damage, EncodeOptions } from "#lib/media/encode.ts";
import { videosOf } from "#lib/media/ffmpeg-args.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import type { Chunk } from "#lib/media/plan-chunks.ts";
import type { EncodeRun } from "#lib/media/plan-encode.ts";
import { outlastOutage } from "#lib/worker/attempt.ts";
import { beatChunk, type ChunkClaim, finishChunk } from "#lib/worker/chunk-rows.ts";
import type { ChunkStore } from "#lib/worker/chunk-store.ts";
import { faultPoint } from "#lib/worker/fault-point.ts";
import type { Pace } from "#lib/worker/progress.ts";

/** All that a worker needs to encode a chunk of a run. Plain data. */
export type ChunkRunData = {
  run: EncodeRun;
  media: MediaInfo;
  chunks: Chunk[];
  /** About how long each of them is, by index. */
  seconds: number[];
  /** Hashed: the source's size, and when its frames are shown. */
  sourceKey: string;
  /** {@link chunkKey} of it all. */
  key: string;
  /** Relative to DATA_DIR; absolute when it lies outside. */
  source: string;
  deadlineSeconds: number;
};

/** What is encoded, and how: the source, the chunks, the templates and the encoder. Names a folder. */
export function chunkKey(
  { run, chunks, sourceKey }: Pick<ChunkRunData, "run" | "chunks" | "sourceKey">,
  ffmpegVersion: string,
): string {
  const options = { sourcePath: "/source", outputDirOf: (key: string) => `/${key}`, threads: 1 };
  const texts = run.jobs.flatMap(videosOf).map((video) => video.texts);
  return hashOf([sourceKey, chunks.map((chunk) => chunkArgs(run, chunk, options)), texts, ffmpegVersion]);
}

export const hashOf = (about: unknown): string =>
  createHash("sha256").update(JSON.stringify(about)).digest("hex").slice(0, 32);

/** What the file of a rendition's chunk is called in the store. */
export const storedName = (key: string, videoIndex: number) => `${key}_${videoIndex}.mp4`;

/** How often a chunk's row says how far it is, and is looked at for whether it is still wanted. */
const BEAT_MS = 2_000;

/** The chunk is somebody else's by now, or nobody wants it any more. */
export class ChunkGone extends Error {
  constructor() {
    super("the chunk is not this process's any more");
    this.name = "ChunkGone";
  }
}

export type ChunkPlace = {
  taskId: string;
  store: ChunkStore;
  /** Says the run's id when its chunks have changed. */
  news: EventEmitter;
  /** Absolute; made, and removed in the end. */
  workDir: string;
  /** As for the process that encodes the run whole; what is of the chunk is put in. */
  options: EncodeOptions;
  signal: AbortSignal;
  /** Asked at every beat: why the chunk is to be given up; null to go on. */
  onBeat?: (() => Promise<Error | null>) | undefined;
};

/**
 * Encodes a claimed chunk into the store and says so in its row.
 * @throws ChunkGone; FailureError as encodeChunk does; the signal's reason
 */
export async function encodeClaimed(
  claim: ChunkClaim,
  data: ChunkRunData,
  { taskId, store, news, workDir, options, signal, onBeat }: ChunkPlace,
): Promise<Damage> {
  const { run } = data;
  const chunk = data.chunks[claim.index];
  if (chunk === undefined) throw new Error(`no chunk ${claim.index} in run ${claim.runId}`);
  let pace: Pace = { percent: 0, fps: null, speed: null, etaSeconds: null };
  const beat = startBeat(claim, { pace: () => pace, news, onBeat });
  const signals = AbortSignal.any([signal, beat.signal]);
  try {
    await mkdir(workDir, { recursive: true, mode: 0o711 });
    const damage = await encodeChunk(run, chunk, {
      ...options,
      workDir,
      durationSeconds: data.seconds[claim.index] ?? null,
      onProgress: (now) => {
        pace = now;
        options.onProgress(now);
      },
      signal: signals,
    });
    // A folder that was cleared away with the task must not come back.
    await beat.isWanted();
    signals.throwIfAborted();
    const files = run.jobs.flatMap((job) =>
      videosOf(job).map((_, at) => [storedName(job.key, at), chunkFile(workDir, job.key, at)] as const),
    );
    await store.keep(claim.index, new Map(files), damage);
    faultPoint("chunk");
    await outlastOutage(() => finishChunk(claim), { taskId, signal });
    return damage;
  } finally {
    beat.stop();
    await rm(workDir, { recursive: true, force: true });
  }
}

/** Says again and again that the chunk is being encoded; its signal fires when that is for nothing. */
function startBeat(
  claim: ChunkClaim,
  about: { pace: () => Pace; news: EventEmitter; onBeat?: ChunkPlace["onBeat"] },
) {
  const { pace, news, onBeat } = about;
  const controller = new AbortController();
  const beat = async (andThen?: ChunkPlace["onBeat"]) => {
    try {
      const why = (await beatChunk(claim, pace())) ? ((await andThen?.()) ?? null) : new ChunkGone();
      if (why !== null) controller.abort(why);
    } catch (error) {
      // The next one says the same; without any, somebody else takes the chunk.
      logger("worker").warn(
        { err: error, runId: claim.runId },
        "a chunk's sign of life could not be written",
      );
    }
  };
  let beating: Promise<void> | undefined;
  const beatNow = () => {
    beating ??= beat(onBeat).finally(() => (beating = undefined));
  };
  const timer = setInterval(beatNow, BEAT_MS);
  news.on(claim.runId, beatNow);
  return {
    signal: controller.signal,
    isWanted: () => beat(),
    stop: () => {
      clearInterval(timer);
      news.off(claim.runId, beatNow);
    },
  };
}

/** A run's source as this worker sees it; null when it does not have it, or another one. */
export async function findSource({ source, media }: ChunkRunData, dataDir: string): Promise<string | null> {
  const file = path.resolve(dataDir, source);
  const found = await stat(file).catch(() => null);
  return found?.isFile() === true && found.size === media.sizeBytes ? file : null;
}
