import type { FailureCode, FailureParams } from "#lib/errors.ts";

/** What the producers give with each code: figures for tests and documents that show its sentences. */
export const EXAMPLE_PARAMS = {
  INPUT_UNREACHABLE: { host: "a.example", seconds: 30 },
  INPUT_FORBIDDEN: { host: "a.example", status: 403 },
  INPUT_NOT_FOUND: { host: "a.example", status: 404 },
  INPUT_BLOCKED: { host: "a.example", cidr: "127.0.0.0/8", reason: "address" },
  INPUT_NOT_MEDIA: { mime: "text/html", detail: "html" },
  INPUT_NO_VIDEO: { streams: "audio (aac)" },
  INPUT_NO_AUDIO: { streams: "video (h264)" },
  INPUT_CODEC_UNSUPPORTED: { codec: "vvc" },
  INPUT_PROTECTED: {},
  INPUT_TRUNCATED: { got: "2.1 s", expected: "5.0 s" },
  INPUT_TOO_LARGE: { size: "2.0 GB", limit: "1.0 GB" },
  CLIP_OUT_OF_RANGE: { duration: "5.0 s", end: "9.0 s" },
  TEMPLATE_INVALID: { template: "T", field: "video.codec", reason: "no encoder." },
  OUTPUT_DENIED: { output: "media", reason: "EACCES" },
  OUTPUT_UNREACHABLE: { output: "media", host: "s3.example", reason: "ECONNREFUSED" },
  OUTPUT_EXISTS: { path: "a/b", count: 3 },
  OUTPUT_VERIFICATION_FAILED: { check: "duration", detail: "2 s of 5 s." },
  UPLOAD_ABANDONED: { name: "a.mov", percent: 40 },
  WORKER_DISK_FULL: { worker: "w1", need: "2 GB", free: "1 GB" },
  WORKER_OUT_OF_MEMORY: { worker: "w1" },
  WORKER_LOST: { seconds: 20, attempts: 10 },
  TASK_STALLED: { seconds: 120, percent: 12 },
  TASK_TIMEOUT: { limit: "23 h", percent: 50 },
  UNKNOWN: { detail: "?" },
} as const satisfies Record<FailureCode, FailureParams>;
