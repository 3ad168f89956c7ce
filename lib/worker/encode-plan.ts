import { rm } from "node:fs/promises";
import path from "node:path";

import type { Job } from "#lib/db/generated/client.ts";
import type { FailureCode } from "#lib/errors.ts";
import type { JobResult } from "#lib/jobs/view.ts";
import { type EncodeOptions, encodeRun, rawDirOf } from "#lib/media/encode.ts";
import { encryptJob } from "#lib/media/encrypt-job.ts";
import { estimateMemoryBytes } from "#lib/media/estimate-memory.ts";
import { measureQuality } from "#lib/media/measure-quality.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { packageJob, type PackagedJob, publishDirOf } from "#lib/media/package-job.ts";
import { type EncodeRun, type JobPlan, splitRun } from "#lib/media/plan-encode.ts";
import { verifyJob } from "#lib/media/verify-job.ts";
import { type FileHashes, hashFile } from "#lib/storage/hash-file.ts";
import type { Store } from "#lib/storage/store.ts";
import type { Attempt } from "#lib/worker/attempt.ts";
import { EarlySegments, type SentFiles } from "#lib/worker/early-segments.ts";
import { encodeInChunks } from "#lib/worker/encode-chunks.ts";
import { drillStallSeconds } from "#lib/worker/fault-point.ts";
import { failureOf, stopOf } from "#lib/worker/outcome.ts";
import type { Pace } from "#lib/worker/progress.ts";
import { mediaFolderName } from "#lib/worker/publish.ts";
import { ReadAhead } from "#lib/worker/read-ahead.ts";
import type { FailedJob } from "#lib/worker/settle-task.ts";
import type { TaskLogWriter } from "#lib/worker/task-log.ts";
import { whenMemory } from "#lib/worker/when-memory.ts";

export type EncodeContext = {
  source: string;
  media: MediaInfo;
  attempt: Attempt;
  store: Store;
  log: TaskLogWriter;
  /** Files of the images and keys that were fetched, by their addresses. */
  assetFiles: ReadonlyMap<string, string>;
  /** `percent`: of the encode alone. */
  onProgress: (jobIds: string[], pace: Pace) => void;
};

const HOUR = 3600;
/** No preset that we offer is slower than this, on any machine that is worth using. */
const SLOWEST_SPEED = 1 / 60;

/** What one job's settings can do to the process that all share; the source, the disk and the clock fail every job alike. */
const SPLITTABLE: ReadonlySet<FailureCode> = new Set(["TEMPLATE_INVALID", "WORKER_OUT_OF_MEMORY", "UNKNOWN"]);

/**
 * Runs the plan's encoder processes. One that fails for a cause that may lie in one job's settings is run again job by
 * job, so that it does not cost the others.
 */
export async function encodePlan(
  runs: readonly EncodeRun[],
  context: EncodeContext,
): Promise<{ encoded: EncodedJob[]; failed: FailedJob[] }> {
  const encoded: EncodedJob[] = [];
  const failed: FailedJob[] = [];
  const waiting = [...runs];
  for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
    const early = sendEarly(run, context);
    const ahead = readAhead(run, early, context);
    try {
      const seconds = await encodeOne(run, context);
      await ahead.stop();
      const sent = await early?.stop();
      if (sent !== undefined && sent.size > 0)
        context.log.info(`${sent.size} segments went to the Output while others were encoded`);
      for (const plan of run.jobs)
        encoded.push(new EncodedJob(plan, { run, seconds, sent, before: ahead.of(plan), ...context }));
    } catch (error) {
      await ahead.stop();
      await early?.stop();
      if (stopOf(error, context.attempt.signal) !== null) throw error;
      const failure = failureOf(error, context.attempt.signal);
      for (const plan of run.jobs) {
        await rm(rawDirOf(workDirOf(context.attempt), plan.key), { recursive: true, force: true });
      }
      const isCleared = (await early?.discard()) ?? true;
      if (run.jobs.length > 1 && SPLITTABLE.has(failure.code) && isCleared) {
        context.log.info(`${failure.code}: trying job by job`);
        waiting.unshift(...splitRun(run));
      } else for (const plan of run.jobs) failed.push({ id: plan.key, failure });
    }
  }
  return { encoded, failed };
}

function sendEarly({ jobs }: EncodeRun, { attempt, store, log }: EncodeContext): EarlySegments | null {
  const early = jobs.flatMap((plan) => {
    const row = attempt.jobs.find(({ id }) => id === plan.key);
    return row ? [{ plan, row, mediaFolder: mediaFolderName(row, attempt.fence) }] : [];
  });
  return EarlySegments.begin(early, {
    store,
    workDir: workDirOf(attempt),
    ownDir: path.join(attempt.dir, "early"),
    fence: attempt.fence,
    log,
    signal: attempt.signal,
  });
}

function readAhead({ jobs }: EncodeRun, early: EarlySegments | null, context: EncodeContext): ReadAhead {
  const { attempt, log } = context;
  return new ReadAhead(jobs, {
    workDir: workDirOf(attempt),
    ownDir: path.join(attempt.dir, "ahead"),
    tools: attempt.tools,
    log,
    signal: attempt.signal,
    mayRead: (key, index, number) => early?.isPast(key, index, number) ?? true,
  });
}

/** Seconds that it took, from when there was memory for it. */
async function encodeOne(run: EncodeRun, context: EncodeContext): Promise<number> {
  const { source, media, attempt, log, assetFiles, onProgress } = context;
  const duration = run.expectedDurationSeconds;
  const ids = run.jobs.map((plan) => plan.key);
  const options: EncodeOptions = {
    tools: attempt.tools,
    sourcePath: source,
    assetFiles,
    workDir: workDirOf(attempt),
    durationSeconds: duration,
    onProgress: (progress) => onProgress(ids, progress),
    onCommand: (command) => log.command(command),
    onLog: ({ level, text }) => log.add(level, text),
    signal: attempt.signal,
    stallSeconds: drillStallSeconds(),
    deadlineSeconds: duration === null ? 12 * HOUR : Math.min(20 * HOUR, HOUR / 2 + duration / SLOWEST_SPEED),
  };
  const bytes = estimateMemoryBytes(run, media, attempt.tools.threads);
  return whenMemory(attempt, { bytes, log }, async () => {
    const started = performance.now();
    const onInfo = (text: string) => log.info(text);
    if (!(await encodeInChunks(run, { attempt, media, options, onInfo }))) await encodeRun(run, options);
    return (performance.now() - started) / 1000;
  });
}

/** The one folder that ffmpeg may write to; the source lies outside of it. */
function workDirOf(attempt: Attempt): string {
  return path.join(attempt.dir, "encode");
}

/** A job that ffmpeg is done with, on its way to publication. */
export class EncodedJob {
  readonly plan: JobPlan;
  readonly encodeSeconds: number;
  /** What lies in the Output already. */
  readonly sent: SentFiles;
  readonly #attempt: Attempt;
  readonly #assetFiles: ReadonlyMap<string, string>;
  readonly #source: string;
  readonly #run: EncodeRun;
  readonly #before: ReturnType<ReadAhead["of"]>;
  #packaged: PackagedJob | undefined;
  #hashes = new Map<string, FileHashes>();
  #measured: Pick<JobResult, "primary" | "renditions" | "warnings"> | undefined;

  constructor(
    plan: JobPlan,
    done: Pick<EncodeContext, "attempt" | "source" | "assetFiles"> & {
      run: EncodeRun;
      seconds: number;
      sent: SentFiles | undefined;
      before: ReturnType<ReadAhead["of"]>;
    },
  ) {
    this.plan = plan;
    this.#attempt = done.attempt;
    this.#assetFiles = done.assetFiles;
    this.#source = done.source;
    this.#run = done.run;
    this.#before = done.before;
    this.encodeSeconds = done.seconds;
    this.sent = done.sent ?? new Map();
  }

  /** What is in here is published, laid out as it will be. */
  get publishDir(): string {
    return publishDirOf(workDirOf(this.#attempt), this.plan.key);
  }

  /** Content types by path relative to {@link publishDir}. */
  get types(): Map<string, string> {
    return new Map(this.#packaged?.files.map((file) => [file.path, file.type]));
  }

  /** Of the files of {@link publishDir}, by path relative to it; after {@link verify}. */
  get hashes(): ReadonlyMap<string, FileHashes> {
    return this.#hashes;
  }

  /** What was measured in the files; after {@link verify}. */
  get measured(): Pick<JobResult, "primary" | "renditions" | "warnings"> {
    if (this.#measured === undefined) throw new Error("not verified yet");
    return this.#measured;
  }

  async package(row: Job): Promise<void> {
    this.#packaged = await packageJob(this.plan, {
      workDir: workDirOf(this.#attempt),
      primaryName: path.posix.basename(row.primaryPath),
      mediaFolder: mediaFolderName(row, this.#attempt.fence),
      before: this.#before,
    });
  }

  /** Proves what was packaged; what was not hashed before is hashed meanwhile. @throws FailureError as verifyJob does */
  async verify(): Promise<void> {
    if (this.#packaged === undefined) throw new Error("not packaged yet");
    const { tools, signal } = this.#attempt;
    const options = { dir: this.publishDir, tools, signal };
    const both = [verifyJob(this.plan, this.#packaged, options), this.#hash()] as const;
    // To the end of both, so that none reads in a folder that is gone; the verifier's word counts first.
    await Promise.allSettled(both);
    const { primary, renditions } = await both[0];
    this.#hashes = await both[1];
    const qualities = await measureQuality(this.#run, this.plan, this.#packaged, {
      ...options,
      sourcePath: this.#source,
      workDir: workDirOf(this.#attempt),
    });
    this.#measured = {
      primary,
      renditions: renditions.map((rendition) => {
        const quality = qualities.get(rendition.name);
        return quality === undefined ? rendition : { ...rendition, quality };
      }),
      warnings: this.plan.warnings,
    };
    this.#packaged = await encryptJob(this.plan, this.#packaged, {
      dir: this.publishDir,
      assetFiles: this.#assetFiles,
      signal,
    });
    // What is encrypted has other bytes now.
    if (this.plan.encryption !== null) this.#hashes = new Map();
  }

  async #hash(): Promise<Map<string, FileHashes>> {
    const { signal } = this.#attempt;
    const hashes = new Map<string, FileHashes>();
    for (const { path: name } of this.#packaged?.files ?? [])
      hashes.set(
        name,
        this.#before.hashes.get(name) ?? (await hashFile(path.join(this.publishDir, name), signal)),
      );
    return hashes;
  }
}
