import { isConnectionError } from "#lib/db/connection-error.ts";
import { type Failure, FailureError } from "#lib/errors.ts";

/**
 * Why a run was stopped from outside.
 * `canceled`: somebody wants no result. `shutdown`: this process must go; the unit is given back unspent.
 * `lost`: another worker owns the task now; nothing may be written any more.
 */
export type StopReason = "canceled" | "shutdown" | "lost";

/** What an attempt's signal is aborted with, and what its guarded writes throw. */
export class Stopped extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`stopped: ${reason}`);
    this.name = "Stopped";
    this.reason = reason;
  }
}

/** What has been counted against a task so far. */
export type Spent = {
  /** Runs that infrastructure other than its own ffmpeg or worker ended. */
  tries: number;
  toolDeaths: number;
};

/** What follows from a failure. `delaySeconds`: until the unit may be taken again. */
export type Decision =
  | { kind: "fail" }
  | {
      kind: "retry";
      delaySeconds: number;
      spend: "tries" | "toolDeaths" | "nothing";
      why: "retry" | "disk_full";
    };

/** The third death of a task's own ffmpeg fails it: by then it is the input. */
export const MAX_TOOL_DEATHS = 3;
/** The loss of a whole worker says little about the task that it ran. */
export const MAX_WORKER_LOSSES = 10;
/** Runs that may end because the source's server, the network or a store did not answer. */
export const MAX_TRIES = 3;

const DISK_WAIT_SECONDS = 60;
const FIRST_DELAY_SECONDS = 5;

/** Bad media fails once; only infrastructure is tried again, with growing delays and a limit. A full disk waits. */
export function decide(failure: Failure, spent: Spent): Decision {
  if (failure.code === "WORKER_DISK_FULL") {
    return { kind: "retry", delaySeconds: DISK_WAIT_SECONDS, spend: "nothing", why: "disk_full" };
  }
  if (!failure.retryable) return { kind: "fail" };
  const isToolDeath =
    failure.isDatabase !== true &&
    (failure.code === "WORKER_OUT_OF_MEMORY" ||
      failure.code === "TASK_STALLED" ||
      failure.code === "UNKNOWN");
  const spend = isToolDeath ? "toolDeaths" : "tries";
  const count = spent[spend] + 1;
  if (count >= (isToolDeath ? MAX_TOOL_DEATHS : MAX_TRIES)) return { kind: "fail" };
  return { kind: "retry", delaySeconds: FIRST_DELAY_SECONDS * 4 ** (count - 1), spend, why: "retry" };
}

/**
 * Anything thrown while a job ran, as a failure; when a failure aborted `signal` (the time limit), that one. A stop is not a
 * failure: {@link stopOf} comes first.
 */
export function failureOf(error: unknown, signal?: AbortSignal): Failure {
  if (signal?.aborted === true && signal.reason instanceof FailureError) return signal.reason.failure;
  if (error instanceof FailureError) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  if (isDiskFull(error)) {
    return {
      code: "WORKER_DISK_FULL",
      params: { worker: "", need: "unknown", free: "0 B" },
      evidence: [message],
      retryable: true,
    };
  }
  if (isConnectionError(error)) {
    return {
      code: "UNKNOWN",
      params: { detail: "the database did not answer" },
      evidence: [message.slice(0, 500)],
      retryable: true,
      isDatabase: true,
    };
  }
  // Ours or the system's, not the media's: worth another run, and counted like a death of the tool.
  return {
    code: "UNKNOWN",
    params: { detail: message.slice(0, 300) },
    evidence: [message.slice(0, 500)],
    retryable: true,
  };
}

/** The reason when `error`, or the signal under which it came, is a stop; else null. */
export function stopOf(error: unknown, signal: AbortSignal): StopReason | null {
  if (error instanceof Stopped) return error.reason;
  return signal.aborted && signal.reason instanceof Stopped ? signal.reason.reason : null;
}

function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code === "ENOSPC" || code === "EDQUOT";
}
