import { link, lstat, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { attemptFolderOf } from "#lib/jobs/manifest.ts";
import { rawDirOf } from "#lib/media/encode.ts";
import { RAW, streamIndex } from "#lib/media/ffmpeg-args.ts";
import type { JobPlan } from "#lib/media/plan-encode.ts";
import type { PlannedRendition } from "#lib/media/planned-rendition.ts";
import { SEGMENT_TYPE, segmentPath } from "#lib/media/segment-path.ts";
import { hashFile } from "#lib/storage/hash-file.ts";
import { inParallel } from "#lib/storage/in-parallel.ts";
import type { Store } from "#lib/storage/store.ts";
import type { TaskLogWriter } from "#lib/worker/task-log.ts";

const LOOK_MS = 500;
/** Fewer than while publishing: the source of the next task may be on its way here. */
const PARALLEL_SEGMENTS = 2;

/** What a job publishes its segments as. */
export type EarlyJob = { plan: JobPlan; row: { id: string; primaryPath: string }; mediaFolder: string };
type Lane = EarlyJob & { rendition: PlannedRendition; sent: number };

/**
 * Takes away what of a job went ahead and will not be published. False, with a line in the log, when the Output did not
 * let it: then the sweep does.
 */
export async function discardSent(
  { id, primaryPath }: EarlyJob["row"],
  { store, fence, log }: Pick<EarlyOptions, "store" | "fence" | "log">,
): Promise<boolean> {
  try {
    await store.deleteFolder(attemptFolderOf(primaryPath, id, fence));
    return true;
  } catch (error) {
    log.info(`segments that went ahead stay for the sweep: ${String(error)}`);
    return false;
  }
}

/** SHA-256 of what lies in the Output already, by path relative to the Output. */
export type SentFiles = ReadonlyMap<string, string>;

export type EarlyOptions = {
  store: Store;
  /** The encoder's work folder, and one for this alone on the same disk that no encoder can write to. */
  workDir: string;
  ownDir: string;
  fence: number;
  log: Pick<TaskLogWriter, "info">;
  signal: AbortSignal;
};

/**
 * Brings a run's finished segments to an Output behind a network while later ones are encoded. They lie in the attempt's
 * own folder, where nothing leads to them: publishing compares them with what was verified, and adds what is missing.
 * What goes wrong here is left to publishing, which tries again and names it.
 */
export class EarlySegments {
  readonly #options: EarlyOptions;
  readonly #lanes: Lane[];
  readonly #sent = new Map<string, string>();
  readonly #ending = new AbortController();
  readonly #sending: Promise<void>;
  #hasEnded = false;

  private constructor(lanes: Lane[], options: EarlyOptions) {
    this.#lanes = lanes;
    this.#options = options;
    this.#sending = this.#send();
  }

  /** Begins; null when nothing of these jobs can go early. */
  static begin(jobs: readonly EarlyJob[], options: EarlyOptions): EarlySegments | null {
    if (!options.store.isRemote) return null;
    const lanes = jobs
      .filter(({ plan }) => plan.packaging === "cmaf" && !plan.isByteRange && plan.encryption === null)
      .flatMap((job) => job.plan.renditions.map((rendition) => ({ ...job, rendition, sent: 0 })));
    return lanes.length === 0 ? null : new EarlySegments(lanes, options);
  }

  /** Whether this segment is sent, or will not be any more before {@link stop}. */
  isPast(key: string, index: number, number: number): boolean {
    const lane = this.#lanes.find(
      ({ plan, rendition }) => plan.key === key && streamIndex(plan, rendition) === index,
    );
    return lane === undefined || lane.sent >= number || this.#hasEnded;
  }

  /** Ends what is on its way, and tells what has arrived. */
  async stop(): Promise<SentFiles> {
    this.#ending.abort();
    await this.#sending;
    return this.#sent;
  }

  /** After {@link stop}: takes everything away again. False when the Output did not let it. */
  async discard(): Promise<boolean> {
    if (this.#sent.size === 0) return true;
    this.#sent.clear();
    const rows = new Set(this.#lanes.map(({ row }) => row));
    const gone = await Promise.all([...rows].map((row) => discardSent(row, this.#options)));
    return gone.every(Boolean);
  }

  async #send(): Promise<void> {
    const signal = AbortSignal.any([this.#options.signal, this.#ending.signal]);
    try {
      while (!signal.aborted) {
        const isNews = await this.#look(signal);
        if (!isNews) await sleep(LOOK_MS, undefined, { signal });
      }
    } catch (error) {
      // Stopped, or the Output refuses: publishing sends the rest, and says what is wrong if it still is.
      if (!signal.aborted) this.#options.log.info(`no segments go ahead any more: ${String(error)}`);
    } finally {
      this.#hasEnded = true;
    }
  }

  /** Sends the next segment of each rendition that has one. */
  async #look(signal: AbortSignal): Promise<boolean> {
    let isNews = false;
    await inParallel(this.#lanes.length, PARALLEL_SEGMENTS, async (at) => {
      const lane = this.#lanes[at];
      if (lane === undefined || !(await this.#sendNext(lane, signal))) return;
      lane.sent++;
      isNews = true;
    });
    return isNews;
  }

  /** The muxer gives a segment its name once it is whole. */
  async #sendNext({ plan, row, mediaFolder, rendition, sent }: Lane, signal: AbortSignal): Promise<boolean> {
    const { workDir, ownDir, store } = this.#options;
    const name = RAW.segment(streamIndex(plan, rendition), sent + 1);
    const own = path.join(ownDir, `${plan.key}-${name}`);
    await mkdir(ownDir, { recursive: true, mode: 0o700 });
    try {
      // A second name that the encoder cannot put anything else under: a link of its making is no file here either.
      await link(path.join(rawDirOf(workDir, plan.key), name), own);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw error;
    }
    try {
      const found = await lstat(own);
      if (!found.isFile() || found.nlink !== 2) throw new Error(`${name} is not a plain file`);
      const parent = path.posix.dirname(row.primaryPath);
      const published = segmentPath(`${mediaFolder}/${rendition.name}`, sent + 1);
      const target = parent === "." ? published : `${parent}/${published}`;
      const { sha256 } = await hashFile(own, signal);
      await store.putFile(target, own, SEGMENT_TYPE, { signal });
      this.#sent.set(target, sha256);
      return true;
    } finally {
      await rm(own, { force: true });
    }
  }
}
