/**
 * The two vocabularies of error.
 *
 * A refused *request* carries an {@link ErrorCode}; a failed *job* carries a {@link FailureCode}.
 * Doors translate the first with a total `Record<ErrorCode, …>`; the console words the second from its catalogues.
 */

export const ERROR_CODES = [
  "invalid_input",
  "unauthenticated",
  "forbidden",
  "not_found",
  "conflict",
  "too_large",
  "unsupported_media_type",
  "rate_limited",
  "unavailable",
  "internal",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** One thing that is wrong with one field of a request; `path` is dotted ("source.url"). */
export type FieldIssue = { path: string; message: string };

/** A refused request: what, why and what to do, in one sentence or two. Never holds a secret. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly issues: readonly FieldIssue[];
  /** Seconds after which the same request may be sent again, for `rate_limited` and `unavailable`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { issues?: readonly FieldIssue[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.issues = options.issues ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export const FAILURE_CODES = [
  "INPUT_UNREACHABLE",
  "INPUT_FORBIDDEN",
  "INPUT_NOT_FOUND",
  "INPUT_BLOCKED",
  "INPUT_NOT_MEDIA",
  "INPUT_NO_VIDEO",
  "INPUT_NO_AUDIO",
  "INPUT_CODEC_UNSUPPORTED",
  "INPUT_PROTECTED",
  "INPUT_TRUNCATED",
  "INPUT_TOO_LARGE",
  "CLIP_OUT_OF_RANGE",
  "TEMPLATE_INVALID",
  "OUTPUT_DENIED",
  "OUTPUT_UNREACHABLE",
  "OUTPUT_EXISTS",
  "OUTPUT_VERIFICATION_FAILED",
  "UPLOAD_ABANDONED",
  "WORKER_DISK_FULL",
  "WORKER_OUT_OF_MEMORY",
  "WORKER_LOST",
  "TASK_STALLED",
  "TASK_TIMEOUT",
  "UNKNOWN",
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** Figures and names that a failure's sentences are filled with, e.g. `{ host: "a.example", status: 404 }`. */
export type FailureParams = Record<string, string | number>;

/**
 * Why a job or a task failed.
 * `evidence`: at most ten lines of what the tool or the server said; progress lines never.
 * `retryable`: whether the same job could succeed later without a change (infrastructure, not media).
 */
export type Failure = {
  code: FailureCode;
  params: FailureParams;
  evidence: string[];
  retryable: boolean;
  /** Set when our own database did not answer, which says nothing about the tool or the media. */
  isDatabase?: boolean;
};

/** Thrown inside the worker and lib/media; carries a {@link Failure}. */
export class FailureError extends Error {
  readonly failure: Failure;

  constructor(
    code: FailureCode,
    params: FailureParams = {},
    options: { evidence?: string[]; retryable?: boolean; cause?: unknown } = {},
  ) {
    super(
      `${code} ${JSON.stringify(params)}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = "FailureError";
    this.failure = {
      code,
      params,
      evidence: options.evidence ?? [],
      retryable: options.retryable ?? false,
    };
  }
}
