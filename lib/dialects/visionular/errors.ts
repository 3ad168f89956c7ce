import type { ErrorCode, FailureCode } from "#lib/errors.ts";

/**
 * AuroraCloud publishes the names BadParam, AuthFail, EmptyResult and InternalError, and of the numbers only 1003,
 * "Invalid input file". The other numbers are ours (README.md); clients only compare with 0.
 */
export const CODES = {
  BadParam: 1001,
  AuthFail: 1002,
  InvalidInputFile: 1003,
  EmptyResult: 1004,
  InternalError: 1005,
} as const;
export type VendorCode = (typeof CODES)[keyof typeof CODES];

/** HTTP status, vendor's code, vendor's word. Business errors are 200, since clients throw the body of any other status away. */
export const REQUEST_ERRORS = {
  invalid_input: [200, CODES.BadParam, "BadParam"],
  unauthenticated: [401, CODES.AuthFail, "AuthFail"],
  forbidden: [200, CODES.AuthFail, "AuthFail"],
  not_found: [200, CODES.EmptyResult, "EmptyResult"],
  conflict: [200, CODES.BadParam, "BadParam"],
  too_large: [200, CODES.BadParam, "BadParam"],
  unsupported_media_type: [200, CODES.BadParam, "BadParam"],
  rate_limited: [200, CODES.InternalError, "InternalError"],
  unavailable: [200, CODES.InternalError, "InternalError"],
  internal: [200, CODES.InternalError, "InternalError"],
} as const satisfies Record<ErrorCode, readonly [number, VendorCode, string]>;

/** `code` of a failed task: whether the input is to blame, the request, or we. */
export const FAILURE_CODES_ON_THE_WIRE = {
  INPUT_UNREACHABLE: CODES.InvalidInputFile,
  INPUT_FORBIDDEN: CODES.InvalidInputFile,
  INPUT_NOT_FOUND: CODES.InvalidInputFile,
  INPUT_BLOCKED: CODES.InvalidInputFile,
  INPUT_NOT_MEDIA: CODES.InvalidInputFile,
  INPUT_NO_VIDEO: CODES.InvalidInputFile,
  INPUT_NO_AUDIO: CODES.InvalidInputFile,
  INPUT_CODEC_UNSUPPORTED: CODES.InvalidInputFile,
  INPUT_PROTECTED: CODES.InvalidInputFile,
  INPUT_TRUNCATED: CODES.InvalidInputFile,
  INPUT_TOO_LARGE: CODES.InvalidInputFile,
  CLIP_OUT_OF_RANGE: CODES.BadParam,
  TEMPLATE_INVALID: CODES.BadParam,
  OUTPUT_DENIED: CODES.BadParam,
  OUTPUT_UNREACHABLE: CODES.InternalError,
  OUTPUT_EXISTS: CODES.BadParam,
  OUTPUT_VERIFICATION_FAILED: CODES.InternalError,
  UPLOAD_ABANDONED: CODES.InvalidInputFile,
  WORKER_DISK_FULL: CODES.InternalError,
  WORKER_OUT_OF_MEMORY: CODES.InternalError,
  WORKER_LOST: CODES.InternalError,
  TASK_STALLED: CODES.InternalError,
  TASK_TIMEOUT: CODES.InternalError,
  UNKNOWN: CODES.InternalError,
} as const satisfies Record<FailureCode, VendorCode>;
