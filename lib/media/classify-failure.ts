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
 * The order and the patterns were collected from ffmpeg 5.1 on broken inputs, full disks and low memory; each is provoked
 * again by failure-table.db.test.ts (docs/failures.md).
 */
export function classifyFailure(run: FailedRun): Failure {
  const said = evidenceLines(run.stderrTail);
  const text = said.join("\n");
  const evidence = [...said, ...factsOf(run, said)].slice(-MOST_LINES);
  const failure: Fail = (code, params, retryable = false) => ({ code, params, evidence, retryable });
  const percent = Math.round(run.percent ?? 0);
  const worker = run.worker ?? "the worker";

  if (run.stopped === "timeout")
    return failure("TASK_TIMEOUT", { limit: limitText(run.limitSeconds), percent });
  if (/No space left on device|Disk quota exceeded/.test(text)) {
    // The worker adds how much is needed and free.
    return failure("WORKER_DISK_FULL", { worker }, true);
  }
  // No thread could be started; a decoder says the same of a packet that it takes later, so only at the end.
  const hasNoThreads = /Resource temporarily unavailable/;
  const memoryLine = run.stderrTail.find(isOutOfMemory) ?? said.find((line) => hasNoThreads.test(line));
  if (memoryLine !== undefined || (run.stopped === null && wasKilled(run))) {
    const why = memoryLine === undefined ? [] : [cleanLine(memoryLine)];
    const told = { ...failure("WORKER_OUT_OF_MEMORY", { worker }, true) };
    return { ...told, evidence: [...new Set([...why, ...told.evidence])].slice(0, MOST_LINES) };
  }
  // After the memory: SVT-AV1 says that it has none left, and then stands still instead of ending.
  if (run.stopped === "stalled")
    return failure("TASK_STALLED", { seconds: run.stallSeconds ?? 90, percent }, true);
  return (
    sourceFailure(run, text, failure) ??
    templateFailure(run, said, failure) ??
    addressFailure(text, failure) ??
    otherFailure(run, said, failure)
  );
}

type Fail = (code: Failure["code"], params: Failure["params"], retryable?: boolean) => Failure;

/** A line that says that memory, or the addresses that a process may have, are used up. */
export const isOutOfMemory = (line: string): boolean => OUT_OF_MEMORY.test(line);

/** x264 and x265, libvpx, SVT-AV1, ffmpeg itself and the loader of programs, each in its own words. */
const OUT_OF_MEMORY =
  /Cannot allocate memory|std::bad_alloc|malloc of size|Out of memory|memory allocation (failure|error)|allocate memory failed|insufficient resources|failed to map segment from shared object/i;

const wasKilled = ({ signal, exitCode }: FailedRun) => signal === "SIGKILL" || exitCode === 137;

/** ffmpeg's exit code when more than two thirds of what it read could not be decoded (its max_error_rate). */
const MOST_UNDECODED = 69;

const SAID_UNDECODED = "most of the source could not be decoded";

/** What we know where the tool could not say anything more: how it ended, and how far it had come. */
function factsOf(run: FailedRun, said: readonly string[]): string[] {
  const { gotSeconds, expectedSeconds } = run;
  const got = gotSeconds === undefined || gotSeconds < 0 ? 0 : gotSeconds;
  const reached = `${formatSeconds(got)}${expectedSeconds ? ` of ${formatSeconds(expectedSeconds)}` : ""}`;
  if (run.stopped === "stalled") return [`stopped after ${run.stallSeconds ?? 90} s at ${reached}`];
  if (run.stopped === "timeout") return [`stopped after ${limitText(run.limitSeconds)} at ${reached}`];
  if (run.signal !== null) return [`ended by ${run.signal} at ${reached}`];
  if (run.exitCode === MOST_UNDECODED) return [SAID_UNDECODED];
  return said.length === 0 ? [`ended with exit code ${run.exitCode}`] : [];
}

/** What is the matter with the file that was sent. */
function sourceFailure(run: FailedRun, text: string, failure: Fail): Failure | null {
  const codec =
    /Decoder \(codec ([^)]+)\) not found|Unknown decoder '?([^'\s]+)|no decoder found for: (\S+)|Decoding requested, but no decoder found for: (\S+)/.exec(
      text,
    );
  if (codec) return failure("INPUT_CODEC_UNSUPPORTED", { codec: codec.slice(1).find(Boolean) ?? "unknown" });
  if (/\bencv\b|\bsinf\b|is encrypted|encryption/i.test(text)) return failure("INPUT_PROTECTED", {});
  if (
    /partial file|Packet corrupt|corrupt input packet|Invalid NAL unit size|moov atom not found/i.test(text)
  )
    return failure("INPUT_TRUNCATED", truncatedParams(run));
  if (/Stream map '0:v[^']*' matches no streams/.test(text))
    return failure("INPUT_NO_VIDEO", { streams: "audio" });
  if (/Stream map '0:a[^']*' matches no streams/.test(text))
    return failure("INPUT_NO_AUDIO", { streams: "video" });
  if (/not in allowed_segment_extensions|Unsafe file name|not on whitelist/i.test(text))
    return failure("INPUT_NOT_MEDIA", { mime: "application/octet-stream", detail: "playlist" });
  const size = /Picture size (\d+x\d+) (?:is invalid|exceeds)/.exec(text)?.[1];
  if (size !== undefined) return failure("INPUT_TOO_LARGE", { size, limit: LARGEST_PICTURE });
  return run.exitCode === MOST_UNDECODED ? undecodedFailure(text, failure) : null;
}

/** A decoder's words for what it has not learnt, behind its name. */
const NOT_LEARNT = /^\[(\w+)\] .*(?:is not implemented|doesn't supp+ort hardware accelerated)/m;

/**
 * That most of a source could not be decoded says nothing of where it ends: a file may be encrypted, damaged all over, or
 * of a kind that the decoder has not learnt.
 */
function undecodedFailure(text: string, failure: Fail): Failure {
  const codec = NOT_LEARNT.exec(text)?.[1];
  if (codec !== undefined) return failure("INPUT_CODEC_UNSUPPORTED", { codec });
  const last = text.split("\n").at(-1);
  return failure("UNKNOWN", { detail: last ? `${SAID_UNDECODED}: ${last}` : SAID_UNDECODED });
}

function templateFailure(run: FailedRun, said: readonly string[], failure: Fail): Failure | null {
  const found = TEMPLATE_PATTERNS.find(([pattern]) => said.some((line) => pattern.test(line)));
  if (found === undefined) return null;
  const [pattern, field] = found;
  // The encoder's own words come before ffmpeg's, which are the same for every reason.
  const reason =
    (pattern === ANY_ENCODER ? said.find((line) => /error\]/.test(line)) : undefined) ??
    said.find((line) => pattern.test(line)) ??
    "";
  return failure("TEMPLATE_INVALID", { template: run.template ?? "", field, reason });
}

const ANY_ENCODER = /Error while opening encoder for output stream/;

/** What ffmpeg says when a template asks for something that does not go together, and the field to look at. */
const TEMPLATE_PATTERNS: [RegExp, string][] = [
  [/Unknown encoder '?([^'\s]+)/, "video.codec"],
  [
    /Only VP8 or VP9 or AV1|codec not currently supported in container|Could not find tag for codec|incompatible with output codec|codec \S+ not compatible with/,
    "container",
  ],
  [/is not a suitable output format|Unable to find a suitable output format/, "container"],
  [/Error setting (preset|profile|tune)|invalid level_idc/i, "video.preset"],
  [/not divisible by 2|does not support the specified/, "video.renditions"],
  [/Specified sample rate .* is not supported|Specified channel layout .* is not supported/, "audio"],
  [/bitrate (not specified|too low)/i, "video.renditions"],
  [/no path between colorspaces/, "video.hdr"],
  [/No such filter: '?([^'\s]+)|Error initializing filter '|Failed to configure input pad on /, "video"],
  [
    /Error setting option \S+ to value|bad option '|Unrecognized option '|Option \S+ not found\.|Error parsing option|Invalid (framerate value|duration specification)/,
    "video",
  ],
  [/Conflicting stream aspect ratios|Could not write header for output file/, "container"],
  [ANY_ENCODER, "video"],
];

/**
 * What ffmpeg's own network client says. It is never given an address: the worker fetches first, and its words know more.
 * These are for the day when it is.
 */
function addressFailure(text: string, failure: Fail): Failure | null {
  const scheme = /\b([a-z][a-z0-9+.-]*:)\/\/\S*: Protocol not found/.exec(text)?.[1];
  if (scheme !== undefined) return failure("INPUT_BLOCKED", { host: scheme, cidr: "", reason: "scheme" });
  const host =
    /Failed to resolve hostname ([^\s:]+)/.exec(text)?.[1] ??
    /\b(?:https?|tcp):\/\/(?:[^\s/@]*@)?([^\s/?#'"]*[^\s/?#'":])/.exec(text)?.[1];
  if (host === undefined) return null;
  const status = Number(/(?:HTTP error|Server returned) (\d{3})/.exec(text)?.[1] ?? 0);
  if (status === 404) return failure("INPUT_NOT_FOUND", { host, status });
  const isBusy = status >= 500 || [408, 425, 429].includes(status);
  if (status >= 400 && !isBusy) return failure("INPUT_FORBIDDEN", { host, status });
  const isUnanswered =
    /Failed to resolve|Connection (refused|timed out|reset)|unexpected TLS|is unreachable|No route to host|Input\/output error/.test(
      text,
    );
  if (!isBusy && !isUnanswered) return null;
  // A name that nobody has, and a server that does not speak TLS, stay as they are.
  const isFinal = /Name or service not known|unexpected TLS|certificate/i.test(text);
  return failure("INPUT_UNREACHABLE", { host, seconds: 0 }, !isFinal);
}

function otherFailure(run: FailedRun, said: readonly string[], failure: Fail): Failure {
  const text = said.join("\n");
  if (/Invalid data found when processing input/.test(text))
    return failure("INPUT_NOT_MEDIA", { mime: "application/octet-stream", detail: "unrecognised" });
  const detail = said.at(-1) ?? `ffmpeg ended with ${run.signal ?? `exit code ${run.exitCode}`}`;
  // A crash of the tool, or a file of ours that vanished, may be this machine's: it is tried again, as often as the limit
  // on deaths allows.
  const isOurs = /: (No such file or directory|Permission denied|Input\/output error)/.test(text);
  return failure("UNKNOWN", { detail }, run.signal !== null || isOurs);
}

/** Lines that mean that the source is damaged, though ffmpeg may end with exit code 0. */
const DAMAGE =
  /partial file|Packet corrupt|corrupt input packet|corrupt decoded frame|Invalid NAL unit size|error while decoding MB|concealing \d+|Error while decoding stream|Invalid data found when processing input|Truncating packet|missing picture in access unit|decode_slice_header error/i;

/** Which of the lines say that the source is damaged, addresses stripped. */
export const damageLines = (lines: readonly string[]): string[] =>
  lines.filter((line) => DAMAGE.test(line)).map(cleanLine);

const MOST_LINES = 10;

/** At most ten of ffmpeg's last lines, without progress lines, addresses and repetitions. */
export function evidenceLines(stderrTail: readonly string[]): string[] {
  const lines: string[] = [];
  for (const raw of stderrTail) {
    const line = cleanLine(raw);
    if (!line || isProgress(line) || lines.includes(line) || /^Last message repeated/.test(line)) continue;
    lines.push(line);
  }
  return lines.slice(-MOST_LINES);
}

/** Without `[h264 @ 0x55…]`'s address, without the folder of a path, and of an address only its host. */
export function cleanLine(line: string): string {
  return line
    .replace(/\[([^\]@]*) @ 0x[0-9a-f]+\] ?/g, (_, name: string) => (name.trim() ? `[${name.trim()}] ` : ""))
    .replace(/file:(?:\/[^\s'":]+)*\/([^\s'":/]+)/g, "$1")
    .replace(/\b(https?:\/\/)(?:[^\s/@]*@)?([^\s/?#'":]+(?::\d+)?)[/?#][^\s:'"]*/g, "$1$2/…")
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
