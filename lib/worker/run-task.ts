import { mkdir, rm } from "node:fs/promises";
import path from "node:path";

import type { Job } from "#lib/db/generated/client.ts";
import type { Env } from "#lib/env.ts";
import { AppError, type Failure, FailureError } from "#lib/errors.ts";
import { showId } from "#lib/ids.ts";
import { readPace } from "#lib/jobs/read-pace.ts";
import { manifestSchema } from "#lib/jobs/manifest.ts";
import { encodeSpecSchema } from "#lib/media/encode-spec.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import { predictJob } from "#lib/media/predict-job.ts";
import { probeMedia } from "#lib/media/probe.ts";
import { notify } from "#lib/queue/notify.ts";
import { openStore, type StorableOutput } from "#lib/storage/open-store.ts";
import type { Store } from "#lib/storage/store.ts";
import { recordTaskEvent } from "#lib/tasks/events.ts";
import { type Source, sourceSchema } from "#lib/tasks/schema.ts";
import type { TaskPhase } from "#lib/tasks/status.ts";
import { type Attempt, withFence } from "#lib/worker/attempt.ts";
import { assertOutputSpace, folderBytes, withFigures, workBytes } from "#lib/worker/disk-space.ts";
import { encodePlan, type EncodedJob } from "#lib/worker/encode-plan.ts";
import { discardSent } from "#lib/worker/early-segments.ts";
import { faultPoint } from "#lib/worker/fault-point.ts";
import { fetchAssets } from "#lib/worker/fetch-assets.ts";
import { fetchSource } from "#lib/worker/fetch-source.ts";
import { failureOf, stopOf } from "#lib/worker/outcome.ts";
import { ProgressReporter } from "#lib/worker/progress.ts";
import { publishJob } from "#lib/worker/publish-job.ts";
import { recoverAttempts } from "#lib/jobs/recover-attempts.ts";
import type { FailedJob } from "#lib/worker/settle-task.ts";
import { SourceThumbnail } from "#lib/worker/source-thumbnail.ts";
import { TaskLogWriter } from "#lib/worker/task-log.ts";
import { whenSpace } from "#lib/worker/when-space.ts";

/** What a run has to say about the jobs that it did not publish. Published jobs are settled already. */
export type RunResult = {
  failed: FailedJob[];
  /** Set when one cause, before any job began, ended them all. */
  taskFailure: Failure | null;
  /** Bytes that could not be published because the Output is full; null when it is not. */
  outputBytes: number | null;
};

/** A phase's part of a job's percentage: fetching ends at 10 when there is something to fetch, encoding at 95. */
const FETCHED_PERCENT = 10;
const UNKNOWN_PACE = { fps: null, speed: null, etaSeconds: null };

/**
 * Runs an attempt from its source to its published files. Failures are values; what is thrown is a stop (see `stopOf`).
 * The attempt's folder is made here, and removed at the end whatever happens.
 */
export async function runTask(attempt: Attempt, env: Env): Promise<RunResult> {
  const run = new TaskRun(attempt, env);
  try {
    return await run.run();
  } finally {
    await run.close();
  }
}

/** @throws FailureError OUTPUT_DENIED: an Output that this worker may not write to stays so, however often it is tried. */
function outputStore(output: StorableOutput, env: Env): Store {
  try {
    return openStore(output, env);
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    // The catalogues know this reason by its name; it is the one that an Output of a running system can get.
    const reason = cause.message.includes("OUTPUT_ROOTS") ? "OutsideOutputRoots" : cause.message;
    const params = { output: output.name, reason };
    throw new FailureError("OUTPUT_DENIED", params, { evidence: [cause.message], cause });
  }
}

class TaskRun {
  readonly #attempt: Attempt;
  readonly #env: Env;
  readonly #log: TaskLogWriter;
  readonly #progress: ProgressReporter;
  readonly #store: Store;
  /** Known once it was probed, or from an earlier run. */
  #sourceBytes: number;
  #thumbnail: SourceThumbnail | undefined;

  constructor(attempt: Attempt, env: Env) {
    this.#attempt = attempt;
    this.#sourceBytes = Number(attempt.task.sourceBytes ?? 0);
    this.#env = env;
    this.#store = outputStore(attempt.task.output, env);
    this.#log = new TaskLogWriter(
      { taskId: attempt.task.id, fence: attempt.fence, attempt: attempt.task.attempt },
      [
        [attempt.dir, "work"],
        [env.dataDir, "data"],
        [process.cwd(), "."],
      ],
    );
    this.#progress = new ProgressReporter(attempt);
  }

  async run(): Promise<RunResult> {
    const attempt = this.#attempt;
    const outcomes: RunResult = { failed: [], taskFailure: null, outputBytes: null };
    let encoded: EncodedJob[];
    try {
      const { sandbox } = attempt.tools;
      this.#log.info(`${attempt.workerName}, sandbox tier ${sandbox.tier}: ${sandbox.reason}`);
      await mkdir(attempt.dir, { recursive: true, mode: 0o711 });
      for (const job of attempt.task.jobs) {
        const manifest = manifestSchema.nullable().parse(job.manifest);
        await recoverAttempts(
          this.#store,
          { id: job.id, primaryPath: job.primaryPath, manifest },
          attempt.fence,
        );
      }
      const source = await this.#fetch(sourceSchema.parse(attempt.task.source));
      faultPoint("fetched");
      const media = await this.#probe(source);
      this.#thumbnail = new SourceThumbnail(attempt, source, media);
      encoded = await this.#encode(source, media, outcomes.failed);
      await this.#thumbnail.done();
    } catch (error) {
      if (stopOf(error, attempt.signal) !== null) throw error;
      await this.#thumbnail?.settled();
      const failure = await this.#name(failureOf(error, attempt.signal));
      this.#log.error(failure.evidence[0] ?? failure.code);
      const failed = attempt.jobs.map((job) => ({ id: job.id, failure }));
      return { ...outcomes, failed, taskFailure: failure };
    }
    faultPoint("encoded");
    await this.#finish(encoded, outcomes);
    return outcomes;
  }

  async close(): Promise<void> {
    await this.#thumbnail?.stop();
    await this.#progress.close();
    await this.#log.close();
    await rm(this.#attempt.dir, { recursive: true, force: true });
    this.#attempt.disk.release(this.#attempt.dir);
  }

  async #fetch(source: Source): Promise<string> {
    await this.#phase("fetching");
    const ids = this.#attempt.jobs.map((job) => job.id);
    return fetchSource(source, {
      attempt: this.#attempt,
      env: this.#env,
      log: this.#log,
      onProgress: (share) =>
        this.#progress.update(ids, { ...UNKNOWN_PACE, percent: FETCHED_PERCENT * share }),
    });
  }

  async #probe(file: string): Promise<MediaInfo> {
    const { task, tools, signal, dir, disk, workerName } = this.#attempt;
    await this.#phase("probing");
    const media = await probeMedia(file, tools, { signal });
    this.#sourceBytes = media.sizeBytes;
    await disk.reserve(dir, media.sizeBytes, workerName);
    await withFence(this.#attempt, async (tx) => {
      await tx.task.update({
        where: { id: task.id },
        data: { mediaInfo: media, sourceBytes: BigInt(media.sizeBytes) },
      });
    });
    return media;
  }

  /** Plans and encodes; jobs that fail are added to `failed`. */
  async #encode(source: string, media: MediaInfo, failed: FailedJob[]): Promise<EncodedJob[]> {
    const { jobs, capabilities } = this.#attempt;
    const wanted = jobs.map((job) => ({
      key: job.id,
      spec: encodeSpecSchema.parse(job.spec),
      templateName: job.templateName,
    }));
    const plan = planEncode(media, wanted, capabilities);
    const samples = await readPace();
    await withFence(this.#attempt, async (tx) => {
      for (const job of plan.jobs) {
        const run = plan.runs.find(({ jobs: members }) => members.includes(job));
        const view = { ...job.view, ...(run && { prediction: predictJob(job, run, samples) }) };
        await tx.job.update({ where: { id: job.key }, data: { plan: view } });
      }
    });
    for (const job of plan.jobs) if (job.failure !== null) await this.#fail(job.key, job.failure, failed);
    await assertOutputSpace(this.#store, this.#attempt, media.sizeBytes);
    await this.#phase("transcoding");
    const assets = await fetchAssets(plan.runs, {
      dir: path.join(this.#attempt.dir, "assets"),
      policy: { allowedPrivateCidrs: this.#env.allowedPrivateCidrs },
      signal: this.#attempt.signal,
    });
    for (const { id, failure } of assets.failed) await this.#fail(id, failure, failed);
    const result = await encodePlan(assets.runs, {
      source,
      assetFiles: assets.files,
      media,
      attempt: this.#attempt,
      store: this.#store,
      log: this.#log,
      onProgress: (ids, pace) => {
        const isFetched = this.#attempt.task.sourceType === "url";
        const from = isFetched ? FETCHED_PERCENT : 0;
        this.#progress.update(ids, { ...pace, percent: from + (pace.percent * (95 - from)) / 100 });
      },
    });
    for (const { id, failure } of result.failed) await this.#fail(id, failure, failed);
    return result.encoded;
  }

  /** Packages, verifies and publishes what was encoded, job by job; one job's failure leaves the others alone. */
  async #finish(encoded: readonly EncodedJob[], outcomes: RunResult): Promise<void> {
    const attempt = this.#attempt;
    let open = [...encoded];
    const each = async (
      phase: TaskPhase,
      percent: number,
      step: (job: EncodedJob, row: Job) => Promise<void>,
    ) => {
      if (open.length === 0) return;
      await this.#phase(phase);
      this.#progress.update(
        open.map((job) => job.plan.key),
        { ...UNKNOWN_PACE, percent },
      );
      for (const job of [...open]) {
        const row = attempt.jobs.find((candidate) => candidate.id === job.plan.key);
        if (row === undefined) throw new Error(`no job ${job.plan.key}`);
        try {
          await step(job, row);
        } catch (error) {
          if (stopOf(error, attempt.signal) !== null) throw error;
          if (job.sent.size > 0)
            await discardSent(row, { store: this.#store, fence: attempt.fence, log: this.#log });
          await this.#fail(row.id, failureOf(error, attempt.signal), outcomes.failed);
          open = open.filter((other) => other !== job);
        }
      }
    };
    await each("packaging", 95, (job, row) => job.package(row));
    await each("verifying", 97, (job) => job.verify());
    await each("publishing", 98, async (job, row) => {
      // What the work folder shares with the Output is linked, not copied: then there is nothing to wait for.
      const bytes = await folderBytes(job.publishDir);
      try {
        await whenSpace(attempt, { store: this.#store, needBytes: bytes, log: this.#log }, () =>
          publishJob(attempt, this.#store, row, job),
        );
      } catch (error) {
        if (failureOf(error, attempt.signal).code === "WORKER_DISK_FULL")
          outcomes.outputBytes = (outcomes.outputBytes ?? 0) + bytes;
        throw error;
      }
      this.#progress.drop(row.id);
    });
  }

  async #fail(jobId: string, found: Failure, failed: FailedJob[]): Promise<void> {
    const failure = await this.#name(found);
    const template = this.#attempt.jobs.find((job) => job.id === jobId)?.templateName ?? "";
    this.#log.error(`${template}: ${failure.code} ${failure.evidence.at(-1) ?? ""}`.trim());
    this.#progress.drop(jobId);
    failed.push({ id: jobId, failure });
  }

  /** Fills in what only the worker knows. */
  async #name(found: Failure): Promise<Failure> {
    const { workerName, dir } = this.#attempt;
    const failure = await withFigures(found, {
      place: workerName,
      folder: dir,
      needBytes: workBytes(this.#sourceBytes),
    });
    if (failure.code === "WORKER_DISK_FULL") return failure;
    if (!("worker" in failure.params)) return failure;
    return { ...failure, params: { ...failure.params, worker: this.#attempt.workerName } };
  }

  async #phase(phase: TaskPhase): Promise<void> {
    const { task, signal } = this.#attempt;
    signal.throwIfAborted();
    await withFence(this.#attempt, async (tx) => {
      await tx.task.update({ where: { id: task.id }, data: { phase } });
      await recordTaskEvent(tx, task.id, "phase", { phase });
      await notify(tx, task.projectId, { type: "changed", taskId: showId("task", task.id) });
    });
    this.#progress.phase(phase);
  }
}
