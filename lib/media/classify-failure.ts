import type { Failure } from "#lib/errors.ts";
import { formatSeconds } from "#lib/media/format-measure.ts";
import { LARGEST_PICTURE } from "#lib/media/input-args.ts";

export type FailedRun = {
  exitCode: number | null;
  signal: string | null;
  stderrTail: readonly string[];
  stopped: null | "aborted" | "timeout" | "stalled";
  /** For TASK_STALLED and TASK_TIMEOUT. */
  percent?: number;
  stallSeconds?: number;
  limitSeconds?: number;
  /** For INPUT_TRUNCATED: how much of the source had been read, in seconds. */
  gotSeconds?: number;
  expectedSeconds?: number | null;
  /** Names for the sentences; the worker replaces them where it knows better. */
  worker?: string;
  template?: string;
};

/**
 * Names why ffmpeg failed, from its exit and its last lines; the first rule that matches wins.
 * The order and the patterns were collected from ffmpeg 5.1 on broken inputs, full disks and low memory.
 */
export function classifyFailure(run: FailedRun): Failure {
  const lines = evidenceLines(run.stderrTail);
  const text = lines.join("\n");
  const failure = (code: Failure["code"], params: Failure["params"], retryable = false): Failure => ({
    code,
    params,
    evidence: lines,
    retryable,
  });
  const percent = Math.round(run.percent ?? 0);
  const worker = run.worker ?? "the worker";

  if (run.stopped === "stalled")
    return failure("TASK_STALLED", { seconds: run.stallSeconds ?? 90, percent }, true);
  if (run.stopped === "timeout")
    return failure("TASK_TIMEOUT", { limit: limitText(run.limitSeconds), percent });
  if (/No space left on device|Disk quota exceeded/.test(text)) {
    // The worker adds how much is needed and free.
    return failure("WORKER_DISK_FULL", { worker }, true);
  }
  if (
    /Cannot allocate memory|Resource temporarily unavailable|std::bad_alloc|malloc of size|Out of memory/i.test(
      text,
    ) ||
    run.signal === "SIGKILL"
  ) {
    return failure("WORKER_OUT_OF_MEMORY", { worker }, true);
  }
  const codec =
    /Decoder \(codec ([^)]+)\) not found|Unknown decoder '?([^'\s]+)|no decoder found for: (\S+)|Decoding requested, but no decoder found for: (\S+)/.exec(
      text,
    );
  if (codec) return failure("INPUT_CODEC_UNSUPPORTED", { codec: codec.slice(1).find(Boolean) ?? "unknown" });
  if (/\bencv\b|\bsinf\b|is encrypted|encryption/i.test(text) || run.exitCode === 69) {
    return run.exitCode === 69 && !/encv|sinf|encrypt/i.test(text)
      ? failure("INPUT_TRUNCATED", truncatedParams(run))
      : failure("INPUT_PROTECTED", {});
  }
  if (
    /partial file|Packet corrupt|corrupt input packet|Invalid NAL unit size|stream \d+, offset 0x[0-9a-f]+: partial/i.test(
      text,
    )
  ) {
    return failure("INPUT_TRUNCATED", truncatedParams(run));
  }
  if (/moov atom not found/.test(text)) return failure("INPUT_TRUNCATED", truncatedParams(run));
  if (/Stream map '0:v[^']*' matches no streams/.test(text))
    return failure("INPUT_NO_VIDEO", { streams: "audio" });
  if (/Stream map '0:a[^']*' matches no streams/.test(text))
    return failure("INPUT_NO_AUDIO", { streams: "video" });
  const refused = TEMPLATE_PATTERNS.find(([pattern]) => pattern.test(text));
  if (refused) {
    const reason = lines.find((line) => refused[0].test(line)) ?? "";
    return failure("TEMPLATE_INVALID", { template: run.template ?? "", field: refused[1], reason });
  }
  if (
    /not in allowed_segment_extensions|Unsafe file name|not on whitelist|Protocol not found|Format not on whitelist/i.test(
      text,
    )
  ) {
    return failure("INPUT_NOT_MEDIA", { mime: "application/octet-stream", detail: "playlist" });
  }
  if (/Picture size \d+x\d+ (is invalid|exceeds)/.test(text)) {
    return failure("INPUT_TOO_LARGE", {
      size: /Picture size (\d+x\d+)/.exec(text)?.[1] ?? "?",
      limit: LARGEST_PICTURE,
    });
  }
  if (/Invalid data found when processing input/.test(text)) {
    return failure("INPUT_NOT_MEDIA", { mime: "application/octet-stream", detail: "unrecognised" });
  }
  // A crash of the tool may be this machine's: it is tried again, as often as the limit on deaths allows.
  const detail = lines.at(-1) ?? `ffmpeg ended with ${run.signal ?? `exit code ${run.exitCode}`}`;
  return failure("UNKNOWN", { detail }, run.signal !== null);
}

/** What ffmpeg says when a template asks for something that does not go together, and the field to look at. */
const TEMPLATE_PATTERNS: [RegExp, string][] = [
  [/Unknown encoder '?([^'\s]+)/, "video.codec"],
  [
    /(Only VP8 or VP9 or AV1|codec not currently supported in container|Could not find tag for codec|incompatible with output codec)/,
    "container",
  ],
  [/(is not a suitable output format|Unable to find a suitable output format)/, "container"],
  [/Error setting (preset|profile|tune)/i, "video.preset"],
  [/(not divisible by 2|does not support the specified)/, "video.renditions"],
  [/Specified sample rate .* is not supported|Specified channel layout .* is not supported/, "audio"],
  [/bitrate (not specified|too low)/i, "video.renditions"],
  [/No such filter: '?([^'\s]+)|Error initializing filter '|Failed to configure input pad on /, "video"],
];

/** Lines that mean that the source is damaged, though ffmpeg may end with exit code 0. */
const DAMAGE =
  /partial file|Packet corrupt|corrupt input packet|corrupt decoded frame|Invalid NAL unit size|error while decoding MB|concealing \d+|Error while decoding stream|Invalid data found when processing input|Truncating packet|missing picture in access unit|decode_slice_header error/i;

/** Which of the lines say that the source is damaged, addresses stripped. */
export const damageLines = (lines: readonly string[]): string[] =>
  lines.filter((line) => DAMAGE.test(line)).map(cleanLine);

/** At most ten of ffmpeg's last lines, without progress lines, addresses and repetitions. */
export function evidenceLines(stderrTail: readonly string[]): string[] {
  const lines: string[] = [];
  for (const raw of stderrTail) {
    const line = cleanLine(raw);
    if (!line || isProgress(line) || lines.includes(line) || /^Last message repeated/.test(line)) continue;
    lines.push(line);
  }
  return lines.slice(-10);
}

/** Without `[h264 @ 0x55…]`'s address, and without the folder of a path. */
export function cleanLine(line: string): string {
  return line
    .replace(/\[([^\]@]*) @ 0x[0-9a-f]+\] ?/g, (_, name: string) => (name.trim() ? `[${name.trim()}] ` : ""))
    .replace(/file:(?:\/[^\s'":]+)*\/([^\s'":/]+)/g, "$1")
    .trim()
    .slice(0, 500);
}

const isProgress = (line: string) =>
  /^(\[info\] )?(frame=|size=\s|fps=|bitrate=|out_time|total_size=|dup_frames=|drop_frames=|speed=|progress=|stream_\d)/.test(
    line,
  );

function truncatedParams(run: FailedRun): Failure["params"] {
  return {
    got: run.gotSeconds === undefined ? "?" : formatSeconds(run.gotSeconds),
    expected: run.expectedSeconds ? formatSeconds(run.expectedSeconds) : "?",
  };
}

function limitText(seconds: number | undefined): string {
  if (seconds === undefined) return "?";
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
