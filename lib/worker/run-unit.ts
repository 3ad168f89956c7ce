import path from "node:path";

import { db } from "#lib/db/client.ts";
import type { Job } from "#lib/db/generated/client.ts";
import { type Env, workDir } from "#lib/env.ts";
import { FailureError, type Failure } from "#lib/errors.ts";
import { manifestSchema } from "#lib/jobs/manifest.ts";
import { logger } from "#lib/log.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";
import type { Tools } from "#lib/media/run-tool.ts";
import { HEARTBEAT_SECONDS, type TaskUnit } from "#lib/queue/boss.ts";
import { openStore } from "#lib/storage/open-store.ts";
import type { Attempt, ChunkHelp } from "#lib/worker/attempt.ts";
import { dropSettledChunks, taskChunksDir } from "#lib/worker/chunk-store.ts";
import { type Claim, claimTask } from "#lib/worker/claim-task.ts";
import { withFigures, workBytes, type WorkDisk } from "#lib/worker/disk-space.ts";
import { faultPoint } from "#lib/worker/fault-point.ts";
import type { MemoryPool } from "#lib/worker/memory-pool.ts";
import { decide, failureOf, Stopped, type StopReason, stopOf } from "#lib/worker/outcome.ts";
import { recoverAttempts } from "#lib/jobs/recover-attempts.ts";
import { type RunResult, runTask } from "#lib/worker/run-task.ts";
import { sweepTaskAttempts } from "#lib/worker/sweep-attempts.ts";
import { cancelAttempt, type FailedJob, failJobs, returnTask } from "#lib/worker/settle-task.ts";

/** What every attempt of a worker process has in common. */
export type WorkerContext = {
  env: Env;
  id: string;
  name: string;
  capabilities: Capabilities;
  memory: MemoryPool;
  disk: WorkDisk;
  /** Attempts that run now, by task. */
  running: Map<string, RunningAttempt>;
  help: ChunkHelp;
  /** The drain's time is up: what is claimed now is given back at once. */
  isStopping: boolean;
};

export type RunningAttempt = { fence: number; stop: (reason: StopReason) => void; done: Promise<void> };

/** Thrown for the queue: the unit goes back as it was. */
export class GivenBack extends Error {
  constructor() {
    super("given back: the run was stopped from outside");
    this.name = "GivenBack";
  }
}

/** Ends before the unit's own life does (23 h), so that a task that takes too long fails instead of starting again. */
const TASK_LIMIT_HOURS = 22;

/**
 * Runs one unit to its outcome. Returns when the unit is used up; throws {@link GivenBack} when it is not. After
 * `limitHours` the task fails.
 */
export async function runUnit(
  unit: { id: string; data: TaskUnit; signal: AbortSignal },
  tools: Tools,
  worker: WorkerContext,
  limitHours = TASK_LIMIT_HOURS,
): Promise<void> {
  const claim = await claimTask(unit.id, unit.data.taskId, { workerId: worker.id, workerName: worker.name });
  if (claim === null) {
    // Redelivered after its task was settled: its worker died right after the commit, maybe before clearing up.
    await clearUp(unit.data.taskId, () => sweepTaskAttempts(unit.data.taskId, worker.env));
    await clearUp(unit.data.taskId, () => dropSettledChunks(unit.data.taskId, worker.env));
    return;
  }
  faultPoint("claimed");
  const controller = new AbortController();
  let finish = () => {};
  const running: RunningAttempt = {
    fence: claim.fence,
    stop: (reason) => controller.abort(new Stopped(reason)),
    done: new Promise((resolve) => (finish = resolve)),
  };
  worker.running.set(claim.task.id, running);
  if (worker.isStopping) running.stop("shutdown");
  const onLostUnit = () => controller.abort(new Stopped("lost"));
  unit.signal.addEventListener("abort", onLostUnit, { once: true });
  if (unit.signal.aborted) onLostUnit();
  const deadline = setTimeout(
    () => controller.abort(new FailureError("TASK_TIMEOUT", { limit: `${limitHours} h`, percent: 0 })),
    limitHours * 3_600_000,
  );
  try {
    const attempt = toAttempt(claim, unit.data, tools, worker, controller.signal);
    await settle(attempt, claim, worker.env);
  } finally {
    clearTimeout(deadline);
    unit.signal.removeEventListener("abort", onLostUnit);
    await clearUp(claim.task.id, () => dropSettledChunks(claim.task.id, worker.env));
    if (worker.running.get(claim.task.id) === running) worker.running.delete(claim.task.id);
    finish();
  }
}

function toAttempt(
  claim: Claim,
  unit: TaskUnit,
  tools: Tools,
  worker: WorkerContext,
  signal: AbortSignal,
): Attempt {
  const { task, fence } = claim;
  return {
    task,
    jobs: openJobs(claim),
    fence,
    workerId: worker.id,
    workerName: worker.name,
    tries: unit.tries,
    diskWaits: unit.diskWaits ?? 0,
    outputBytes: unit.outputBytes ?? null,
    dir: path.join(workDir(worker.env), worker.id, `${task.id}-${fence}`),
    chunksDir: taskChunksDir(worker.env, task.id),
    tools,
    help: worker.help,
    memory: worker.memory,
    disk: worker.disk,
    capabilities: worker.capabilities,
    signal,
  };
}

const openJobs = (claim: Claim): Job[] => claim.task.jobs.filter((job) => job.status === "running");

async function settle(attempt: Attempt, claim: Claim, env: Env): Promise<void> {
  try {
    if (claim.endAs === "canceled") throw new Stopped("canceled");
    const result =
      claim.endAs === "worker_lost"
        ? lostResult(attempt, claim.task.workerLosses)
        : await runOrFail(attempt, env);
    // The time limit's abort is a failure, which the result holds; it is settled like any other.
    const stopped = stopOf(null, attempt.signal);
    if (stopped !== null) throw new Stopped(stopped);
    if (result.failed.length > 0) await settleFailures(attempt, result);
  } catch (error) {
    const reason = stopOf(error, attempt.signal);
    if (reason === null) throw error;
    logger("worker").info({ taskId: attempt.task.id, fence: attempt.fence, reason }, "stopped");
    await settleStop(attempt, reason, env);
  }
}

async function runOrFail(attempt: Attempt, env: Env): Promise<RunResult> {
  try {
    return await runTask(attempt, env);
  } catch (error) {
    if (stopOf(error, attempt.signal) !== null) throw error;
    logger("worker").error({ err: error, taskId: attempt.task.id }, "a run ended unexpectedly");
    const failure = await withFigures(failureOf(error, attempt.signal), {
      place: attempt.workerName,
      folder: workDir(env),
      needBytes: workBytes(Number(attempt.task.sourceBytes ?? 0)),
    });
    return {
      failed: attempt.jobs.map((job) => ({ id: job.id, failure })),
      taskFailure: failure,
      outputBytes: null,
    };
  }
}

async function settleFailures(
  attempt: Attempt,
  { failed, taskFailure, outputBytes }: RunResult,
): Promise<void> {
  const spent = {
    tries: attempt.tries,
    toolDeaths: attempt.task.toolDeaths,
    diskWaits: attempt.diskWaits,
  };
  const decided = failed.map((job) => ({ ...job, decision: decide(job.failure, spent) }));
  const final: FailedJob[] = decided.filter((job) => job.decision.kind === "fail");
  const again = decided.flatMap(({ failure, decision }) =>
    decision.kind === "retry" ? [{ failure, decision }] : [],
  );
  const first = again[0];
  if (first === undefined) return failJobs(attempt, final, taskFailure ?? undefined);
  const spends = (what: string) => again.some(({ decision }) => decision.spend === what);
  // What the disk asks for outlasts other causes, which may be gone by then.
  const full = again.find(({ decision }) => decision.why === "disk_full");
  const needed = outputBytes ?? attempt.outputBytes;
  const wait = { diskWaits: attempt.diskWaits + 1, ...(needed === null ? {} : { outputBytes: needed }) };
  await returnTask(attempt, (full ?? first).decision.why, {
    ...(full === undefined ? {} : wait),
    tries: attempt.tries + (spends("tries") ? 1 : 0),
    toolDeaths: spends("toolDeaths") ? 1 : 0,
    delaySeconds: Math.max(...again.map(({ decision }) => decision.delaySeconds)),
    failure: (full ?? first).failure,
    failed: final,
  });
}

async function settleStop(attempt: Attempt, reason: StopReason, env: Env): Promise<void> {
  switch (reason) {
    case "lost":
      // When another attempt holds the unit, the queue ignores this; when none does, the task is not lost with it.
      throw new GivenBack();
    case "canceled":
      await cancelAttempt(attempt);
      await clearUp(attempt.task.id, () => removeUnpublished(attempt, env));
      return;
    case "shutdown":
      await returnTask(attempt, "shutdown", null);
      throw new GivenBack();
  }
}

/** An Output that is out of reach must not bring the unit back at once, again and again: the hourly sweep clears up later. */
async function clearUp(taskId: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logger("worker").warn({ err: error, taskId }, "could not clear up after a task; the sweep will");
  }
}

/** After a cancel: folders that earlier attempts may have left in the Output. */
async function removeUnpublished(attempt: Attempt, env: Env): Promise<void> {
  const jobs = await db().job.findMany({
    where: { taskId: attempt.task.id },
    select: { id: true, primaryPath: true, manifest: true },
  });
  const store = openStore(attempt.task.output, env);
  for (const job of jobs) {
    const manifest = manifestSchema.nullable().parse(job.manifest);
    await recoverAttempts(store, { ...job, manifest }, attempt.fence + 1);
  }
}

function lostResult(attempt: Attempt, losses: number): RunResult {
  const failure: Failure = {
    code: "WORKER_LOST",
    params: { seconds: HEARTBEAT_SECONDS, attempts: losses },
    evidence: [],
    retryable: false,
  };
  return {
    failed: attempt.jobs.map((job) => ({ id: job.id, failure })),
    taskFailure: failure,
    outputBytes: null,
  };
}
