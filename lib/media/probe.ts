import { stat } from "node:fs/promises";
import { FailureError } from "#lib/errors.ts";
import { evidenceLines } from "#lib/media/classify-failure.ts";
import { ffprobeJson, type ProbedJson } from "#lib/media/ffprobe-json.ts";
import { addFramePace } from "#lib/media/frame-pace.ts";
import { addHdrMetadata } from "#lib/media/hdr-metadata.ts";
import { formatBytes } from "#lib/media/format-measure.ts";
import { LARGEST_PICTURE, untrustedInputArgs } from "#lib/media/input-args.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import type { ToolResult, Tools } from "#lib/media/run-tool.ts";
import { sniffFile } from "#lib/media/sniff-file.ts";
import { toMediaInfo } from "#lib/media/to-media-info.ts";

export { makeThumbnail } from "#lib/media/make-thumbnail.ts";

export type ProbeOptions = { signal?: AbortSignal | undefined; timeoutSeconds?: number | undefined };

/**
 * Measures a file that a user gave: container, streams, duration, sizes.
 *
 * A file with one video frame is media; so is one whose duration is not written down (its packets are counted then).
 * @throws FailureError INPUT_NOT_MEDIA, INPUT_TRUNCATED (an MP4 without its index), INPUT_PROTECTED, INPUT_TOO_LARGE,
 *   INPUT_CODEC_UNSUPPORTED (a codec that ffmpeg has no name for), TASK_TIMEOUT; the signal's reason when aborted.
 */
export async function probeMedia(file: string, tools: Tools, options: ProbeOptions = {}): Promise<MediaInfo> {
  const { size: sizeBytes } = await stat(file);
  if (sizeBytes === 0)
    throw new FailureError(
      "INPUT_NOT_MEDIA",
      { mime: "application/x-empty", detail: "empty" },
      { evidence: ["the file has 0 bytes"] },
    );
  const timeoutSeconds = options.timeoutSeconds ?? 30;
  const run = (extra: string[]) =>
    ffprobeJson([...extra, ...untrustedInputArgs(file)], {
      tools,
      readPaths: [file],
      signal: options.signal,
      timeoutSeconds,
    });

  const { json, result } = await run(["-show_format", "-show_streams"]);
  throwIfStopped(result, options.signal, timeoutSeconds);
  if (!json?.format?.format_name || json.streams.length === 0) throw await whyNotMedia(file, result);
  await refuseProtected(file, json, result);
  refuseNameless(json);
  refuseTooLarge(json, result);

  let media = toMediaInfo(json, sizeBytes);
  if (media.video.length === 0 && media.audio.length === 0) throw await whyNotMedia(file, result);
  if (media.durationSeconds === null || isGuessed(media, result)) {
    const counted = await run([
      "-show_format",
      "-show_streams",
      "-show_entries",
      "packet=stream_index,pts_time,dts_time,duration_time",
    ]);
    // What takes too long to count keeps its guess.
    if (media.durationSeconds === null || counted.result.stopped === "aborted")
      throwIfStopped(counted.result, options.signal, timeoutSeconds);
    if (counted.json) media = toMediaInfo(counted.json, sizeBytes);
  }
  const { signal } = options;
  const reading = { tools, readPaths: [file], signal, timeoutSeconds };
  await addHdrMetadata(media, untrustedInputArgs(file), reading);
  await addFramePace(media, file, untrustedInputArgs(file), reading);
  signal?.throwIfAborted();
  return media;
}

/** Reading all of it takes less than a second. */
const MOST_COUNTED_BYTES = 256 * 1024 * 1024;

/**
 * Whether a file's length is a guess: of its size and its first packets (MP3 and AAC without an index), of the last of
 * several pieces put together (Ogg), or of the first and the last time of a clock that may have been set anew in between
 * (transport streams: those are counted while that is cheap).
 */
function isGuessed({ format, sizeBytes }: MediaInfo, { stderrTail }: ToolResult): boolean {
  if (stderrTail.some((line) => line.includes("Estimating duration from bitrate"))) return true;
  return (format === "ogg" || format === "mpegts") && sizeBytes <= MOST_COUNTED_BYTES;
}

function throwIfStopped(result: ToolResult, signal: AbortSignal | undefined, timeoutSeconds: number): void {
  if (result.stopped === "aborted") throw signal?.reason ?? new Error("aborted");
  if (result.stopped === "timeout") {
    throw new FailureError(
      "TASK_TIMEOUT",
      { limit: `${timeoutSeconds} s`, percent: 0 },
      { evidence: evidenceLines(result.stderrTail) },
    );
  }
}

async function whyNotMedia(file: string, result: ToolResult): Promise<FailureError> {
  const evidence = evidenceLines(result.stderrTail);
  const sniffed = await sniffFile(file);
  if (sniffed.detail !== "mp4") {
    return new FailureError("INPUT_NOT_MEDIA", { mime: sniffed.mime, detail: sniffed.detail }, { evidence });
  }
  if (!sniffed.boxes.includes("moov") || sniffed.expectedBytes > sniffed.sizeBytes) {
    // A file cut before its index: how much is missing is known only when a box says how long it should be.
    const expected =
      sniffed.expectedBytes > sniffed.sizeBytes
        ? formatBytes(sniffed.expectedBytes)
        : `> ${formatBytes(sniffed.sizeBytes)}`;
    return new FailureError(
      "INPUT_TRUNCATED",
      { got: formatBytes(sniffed.sizeBytes), expected },
      { evidence },
    );
  }
  return new FailureError("INPUT_NOT_MEDIA", { mime: sniffed.mime, detail: "unrecognised" }, { evidence });
}

/** ffmpeg hides the sample entry of common encryption behind the codec's, so the index itself is looked at. */
async function refuseProtected(file: string, json: ProbedJson, result: ToolResult): Promise<void> {
  const isTagged = json.streams.some((stream) =>
    /^(encv|enca|drmi|drms)$/.test(stream.codec_tag_string ?? ""),
  );
  const isMp4 = json.format?.format_name?.startsWith("mov,") === true;
  if (isTagged || (isMp4 && (await sniffFile(file)).isProtected)) {
    const why = isTagged
      ? "a stream's tag says that it is encrypted"
      : "its index has a box of encryption (sinf)";
    throw new FailureError(
      "INPUT_PROTECTED",
      {},
      { evidence: [...evidenceLines(result.stderrTail).slice(-9), why] },
    );
  }
}

/** Streams whose codec ffmpeg cannot even name, when nothing else in the file can be used. */
function refuseNameless(json: ProbedJson): void {
  const usable = json.streams.filter(
    (stream) => stream.codec_type === "video" || stream.codec_type === "audio",
  );
  const nameless = usable.filter(
    (stream) => !stream.codec_name || stream.codec_name === "none" || stream.codec_name === "unknown",
  );
  if (usable.length > 0 && nameless.length === usable.length) {
    const tag = (nameless[0]?.codec_tag_string ?? "").replace(/[^A-Za-z0-9 ._-]/g, "").trim();
    const evidence = [`ffprobe: stream ${nameless[0]?.index} has a codec without a name, tag "${tag}"`];
    throw new FailureError("INPUT_CODEC_UNSUPPORTED", { codec: tag || "unknown" }, { evidence });
  }
}

/** Pictures beyond the limit of pixels: ffmpeg then knows the codec and tells no size, as if it could not decode it. */
function refuseTooLarge(json: ProbedJson, result: ToolResult): void {
  const video = json.streams.find(
    (stream) => stream.codec_type === "video" && stream.disposition["attached_pic"] !== 1,
  );
  if (video === undefined || (video.width ?? 0) > 0) return;
  const evidence = evidenceLines(result.stderrTail).filter((line) => line.includes("Picture size"));
  const size = /Picture size (\d+x\d+) (?:exceeds|is invalid)/.exec(evidence.join("\n"))?.[1];
  if (size !== undefined)
    throw new FailureError("INPUT_TOO_LARGE", { size, limit: LARGEST_PICTURE }, { evidence });
}
