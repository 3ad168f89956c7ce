import { isAbsolute } from "node:path";
import { imageDemuxer, type ImageKind } from "#lib/media/watermark-image.ts";

/**
 * Demuxers that a user's file may be opened with. Everything that can name other files or addresses is left out
 * (hls, dash, concat, sdp, image sequences, lavfi, ffmetadata, subtitles): a 134-byte playlist called .mp4 otherwise
 * reads another customer's video.
 */
export const ALLOWED_DEMUXERS = [
  "mov",
  "matroska",
  "webm",
  "mpegts",
  "mpeg",
  "mpegvideo",
  "avi",
  "flv",
  "asf",
  "ogg",
  "wav",
  "w64",
  "aiff",
  "mp3",
  "aac",
  "ac3",
  "eac3",
  "flac",
  "amr",
  "caf",
  "mxf",
  "gxf",
  "dv",
  "rm",
  "ivf",
  "h264",
  "hevc",
  "m4v",
  "gif",
] as const;

/** Larger pictures are refused by the decoder instead of filling the memory. */
export const LARGEST_PICTURE = "8192x4320";
const MAX_PIXELS = 8192 * 4320;
const MAX_STREAMS = 100;
/** The same of a watermark. */
export const LARGEST_IMAGE = "4096x4096";
const MAX_IMAGE_PIXELS = 4096 * 4096;

/** `file:/abs/path`: never an option, a protocol or a pattern. @throws Error for a path that is not absolute. */
export function fileUrl(path: string): string {
  if (!isAbsolute(path)) throw new Error(`media paths are absolute, got ${path}`);
  return `file:${path}`;
}

/**
 * Arguments that open a file which a user made, for ffmpeg and ffprobe alike: nothing but the file itself is read,
 * and nothing but the allowed demuxers looks at it. `demuxer` (from the probe) pins the choice.
 */
export function untrustedInputArgs(path: string, options: { demuxer?: string | undefined } = {}): string[] {
  return [
    "-protocol_whitelist",
    "file",
    "-format_whitelist",
    ALLOWED_DEMUXERS.join(","),
    "-max_pixels",
    String(MAX_PIXELS),
    "-max_streams",
    String(MAX_STREAMS),
    "-analyzeduration",
    "20M",
    "-probesize",
    "50M",
    ...(options.demuxer === undefined ? [] : ["-f", options.demuxer]),
    "-i",
    fileUrl(path),
  ];
}

/**
 * Arguments that open a file which we made ourselves, as exactly one demuxer. Takes no user string: `path` is ours.
 * The hls demuxer needs telling which names its segments may have.
 */
export function ownInputArgs(path: string, demuxer: "mov" | "mpegts" | "hls" | "png_pipe" | "ass"): string[] {
  return [
    "-protocol_whitelist",
    "file",
    ...(demuxer === "hls" ? ["-allowed_extensions", "ts"] : []),
    "-f",
    demuxer,
    "-i",
    fileUrl(path),
  ];
}

/** Arguments that open a picture which a user gave, as the one kind that its first bytes say. */
export function imageInputArgs(path: string, kind: ImageKind): string[] {
  const demuxer = imageDemuxer(kind);
  return [
    ...["-protocol_whitelist", "file", "-format_whitelist", demuxer],
    ...["-max_pixels", String(MAX_IMAGE_PIXELS), "-f", demuxer, "-i", fileUrl(path)],
  ];
}

/** The demuxer's name to pin, from ffprobe's format_name ("mov,mp4,m4a,…" → "mov"). */
export function pinnedDemuxer(formatName: string): string | undefined {
  return formatName.split(",").find((name) => (ALLOWED_DEMUXERS as readonly string[]).includes(name));
}
