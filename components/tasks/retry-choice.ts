import { FAILURE_CODES, type FailureCode } from "#lib/errors.ts";
import { isSettled, type JobStatus, type TaskStatus } from "#lib/tasks/status.ts";
import type { SourceView } from "#lib/tasks/view.ts";

export type RetryChoice = {
  /** Which jobs a plain "Retry" runs again: the failed ones, or, where none failed, the canceled ones. */
  what: "failed" | "canceled";
  jobs: string[];
  /** Succeeded jobs, which keep their files. */
  kept: number;
};

type Retryable = {
  status: TaskStatus;
  source: SourceView;
  jobs: readonly { id: string; status: JobStatus }[];
};

/** What can be run again in this task; null while it waits or runs, and when everything succeeded. */
export function retryChoice({ status, jobs }: Retryable): RetryChoice | null {
  if (!isSettled(status)) return null;
  const idsOf = (wanted: JobStatus) => jobs.filter((job) => job.status === wanted).map((job) => job.id);
  const kept = idsOf("succeeded").length;
  for (const what of ["failed", "canceled"] as const) {
    const ids = idsOf(what);
    if (ids.length > 0) return { what, jobs: ids, kept };
  }
  return null;
}

/** The body of the call: failed jobs need no naming, and the server's view of them is newer than the page's. */
export function retryBody({ what, jobs }: RetryChoice): { jobs?: string[] } {
  return what === "failed" ? {} : { jobs };
}

/** Whether its uploaded file was removed: only a new upload helps then. */
export function isSourceGone({ source }: Pick<Retryable, "source">): boolean {
  return source.type === "upload" && source.state === "removed";
}

/** `source`: only when somebody changed what the address or the path leads to. */
const HELPS: Record<FailureCode, "yes" | "source" | "no"> = {
  INPUT_UNREACHABLE: "yes",
  INPUT_FORBIDDEN: "yes",
  INPUT_NOT_FOUND: "source",
  INPUT_BLOCKED: "yes",
  INPUT_NOT_MEDIA: "source",
  INPUT_NO_VIDEO: "source",
  INPUT_NO_AUDIO: "source",
  INPUT_CODEC_UNSUPPORTED: "source",
  INPUT_PROTECTED: "source",
  INPUT_TRUNCATED: "source",
  INPUT_TOO_LARGE: "source",
  CLIP_OUT_OF_RANGE: "source",
  TEMPLATE_INVALID: "no",
  OUTPUT_DENIED: "yes",
  OUTPUT_UNREACHABLE: "yes",
  OUTPUT_EXISTS: "yes",
  OUTPUT_VERIFICATION_FAILED: "yes",
  UPLOAD_ABANDONED: "no",
  WORKER_DISK_FULL: "yes",
  WORKER_OUT_OF_MEMORY: "yes",
  WORKER_LOST: "yes",
  TASK_STALLED: "yes",
  TASK_TIMEOUT: "yes",
  UNKNOWN: "yes",
};

/** Whether the same run could end differently: the error box offers Retry only then. */
export function canRetryHelp(code: string, source: SourceView): boolean {
  const known = FAILURE_CODES.find((candidate) => candidate === code) ?? "UNKNOWN";
  const helps = HELPS[known];
  return helps === "yes" || (helps === "source" && (source.type === "url" || source.type === "object"));
}
