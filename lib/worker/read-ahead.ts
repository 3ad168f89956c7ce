import { constants, type BigIntStats } from "node:fs";
import { lstat, mkdir, open, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { rawDirOf } from "#lib/media/encode.ts";
import { RAW, streamIndex } from "#lib/media/ffmpeg-args.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import type { ReadBefore } from "#lib/media/package-job.ts";
import type { JobPlan } from "#lib/media/plan-encode.ts";
import type { PlannedRendition } from "#lib/media/planned-rendition.ts";
import { probeHead } from "#lib/media/probe-own.ts";
import { readInitSegment, readSegment, type Segment } from "#lib/media/read-fragments.ts";
import type { Tools } from "#lib/media/run-tool.ts";
import { type FileHashes, hashBytes } from "#lib/storage/hash-file.ts";
import type { TaskLogWriter } from "#lib/worker/task-log.ts";

const LOOK_MS = 500;
/** What is read is held in memory as a whole: larger segments wait for the end. */
const MOST_BYTES = 64 * 1024 ** 2;

export type AheadOptions = {
  /** The encoder's work folder, and one for this alone that no encoder can write to. */
  workDir: string;
  ownDir: string;
  tools: Tools;
  log: Pick<TaskLogWriter, "info">;
  signal: AbortSignal;
  /** Whether nobody else gives this segment another name for a while, which would count as touching it. */
  mayRead: (key: string, index: number, number: number) => boolean;
};

type Lane = { plan: JobPlan; rendition: PlannedRendition; index: number; next: number };
/** `init`: of a segment, the file that it was read with. */
type ReadFile = { stamp: string; hashes: FileHashes } & (
  { segment: Segment; init: string } | { segment: null; init: null }
);

/**
 * Reads a run's finished segments while later ones are encoded: their boxes, their hashes, and by ffprobe the beginning of
 * each rendition. What was read counts only for files that are the same, to the nanosecond of their last change, when they
 * are packaged, where no encoder can write any more; all else is read then, as if this had not been.
 */
export class ReadAhead {
  readonly #options: AheadOptions;
  readonly #lanes: Lane[];
  /** By the encoder's path. */
  readonly #files = new Map<string, ReadFile>();
  /** By {@link laneKey}. */
  readonly #heads = new Map<string, MediaInfo>();
  readonly #ending = new AbortController();
  readonly #reading: Promise<void>;

  constructor(jobs: readonly JobPlan[], options: AheadOptions) {
    this.#options = options;
    this.#lanes = jobs
      .filter(({ packaging }) => packaging === "cmaf")
      .flatMap((plan) =>
        plan.renditions.map((rendition) => {
          return { plan, rendition, index: streamIndex(plan, rendition), next: 1 };
        }),
      );
    this.#reading = this.#lanes.length === 0 ? Promise.resolve() : this.#read();
  }

  /** Ends what is being read. Before packaging, which moves the files away. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#reading;
  }

  /** For packaging one of the jobs, after {@link stop}. The hashes are of what was claimed, by published path. */
  of(plan: JobPlan): ReadBefore & { hashes: ReadonlyMap<string, FileHashes> } {
    const hashes = new Map<string, FileHashes>();
    const claimed = new Set<string>();
    return {
      hashes,
      claim: async (rawPath, published) => {
        const file = this.#files.get(rawPath);
        if (file === undefined || (file.init !== null && !claimed.has(file.init))) return null;
        if (file.stamp !== (await stampNow(rawPath))) return null;
        hashes.set(published, file.hashes);
        claimed.add(rawPath);
        return file.segment;
      },
      head: (rendition) => {
        const index = streamIndex(plan, rendition);
        const isSame = [RAW.init(index), RAW.segment(index, 1)].every((name) =>
          claimed.has(this.#place(plan, name)),
        );
        return (isSame && this.#heads.get(laneKey(plan, index))) || null;
      },
    };
  }

  async #read(): Promise<void> {
    const signal = AbortSignal.any([this.#options.signal, this.#ending.signal]);
    try {
      await mkdir(this.#options.ownDir, { recursive: true, mode: 0o711 });
      while (!signal.aborted) {
        let isNews = false;
        for (const lane of this.#lanes) if (await this.#readNext(lane, signal)) isNews = true;
        if (!isNews) await sleep(LOOK_MS, undefined, { signal });
      }
    } catch (error) {
      // Stopped, or a file is not what it should be: verification looks at it itself, and says what is wrong.
      if (!signal.aborted) this.#options.log.info(`nothing is read ahead any more: ${String(error)}`);
    }
  }

  /** The muxer gives a segment its name once it is whole. False while the next one is not there. */
  async #readNext(lane: Lane, signal: AbortSignal): Promise<boolean> {
    const { plan, index, next } = lane;
    signal.throwIfAborted();
    if (!this.#options.mayRead(plan.key, index, next)) return false;
    const place = this.#place(plan, RAW.segment(index, next));
    const found = await readWhole(place);
    if (found === null) return false;
    lane.next++;
    const initPlace = this.#place(plan, RAW.init(index));
    const init = await readWhole(initPlace);
    if (found.bytes === null || !init?.bytes) return true;
    const segment = readSegment(found.bytes, readInitSegment(init.bytes));
    this.#files.set(place, { stamp: found.stamp, hashes: hashBytes(found.bytes), segment, init: initPlace });
    if (next === 1) {
      this.#files.set(initPlace, {
        stamp: init.stamp,
        hashes: hashBytes(init.bytes),
        segment: null,
        init: null,
      });
      await this.#look(lane, { init: init.bytes, first: found.bytes }, signal);
    }
    return true;
  }

  async #look(
    { plan, index }: Lane,
    parts: { init: Buffer; first: Buffer },
    signal: AbortSignal,
  ): Promise<void> {
    const { ownDir, tools } = this.#options;
    const file = path.join(ownDir, laneKey(plan, index));
    try {
      this.#heads.set(laneKey(plan, index), await probeHead(parts, file, { tools, signal }));
    } finally {
      await rm(file, { force: true });
    }
  }

  #place(plan: JobPlan, name: string): string {
    return path.join(rawDirOf(this.#options.workDir, plan.key), name);
  }
}

const laneKey = (plan: JobPlan, index: number) => `${plan.key}-${index}`;

/**
 * A whole file as it lay between two moments. Null when there is none; no bytes when it is too large, no plain file, or has
 * been changed meanwhile. Links are not followed, and nothing that could keep a reader waiting is.
 */
async function readWhole(place: string): Promise<{ bytes: Buffer | null; stamp: string } | null> {
  let handle;
  try {
    handle = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const before = await handle.stat({ bigint: true });
    const stamp = stampOf(before);
    if (!before.isFile() || before.size > MOST_BYTES) return { bytes: null, stamp };
    const bytes = await handle.readFile();
    const isSame = stampOf(await handle.stat({ bigint: true })) === stamp;
    return { bytes: isSame ? bytes : null, stamp };
  } finally {
    await handle.close();
  }
}

/** Null when there is nothing any more. */
async function stampNow(place: string): Promise<string | null> {
  try {
    return stampOf(await lstat(place, { bigint: true }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Nobody but the system sets the time of the last change (ctime). */
const stampOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats) =>
  [dev, ino, size, mtimeNs, ctimeNs].join(" ");
