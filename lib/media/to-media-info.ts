import type { ProbedJson, ProbedStream } from "#lib/media/ffprobe-json.ts";
import { countPackets, type Counted } from "#lib/media/count-packets.ts";
import {
  SUBTITLE_DISPOSITIONS,
  type AudioStream,
  type MediaInfo,
  type SubtitleStream,
  type VideoStream,
} from "#lib/media/media-info.ts";

/** ffprobe's JSON as {@link MediaInfo}. Packets, when they were asked for, tell durations and frame counts. */
export function toMediaInfo(json: ProbedJson, sizeBytes: number): MediaInfo {
  const format = json.format?.format_name ?? "unknown";
  const isPicture = (stream: ProbedStream) => stream.disposition["attached_pic"] === 1;
  const counted = countPackets(json.packets, format);
  const known = json.streams.filter((stream) => stream.codec_name && stream.codec_name !== "unknown");
  const video = known
    .filter((stream) => stream.codec_type === "video" && !isPicture(stream))
    .map((stream) => toVideo(stream, counted.get(stream.index)));
  const audio = known
    .filter((stream) => stream.codec_type === "audio")
    .map((stream) => toAudio(stream, counted.get(stream.index)));
  const startSeconds = seconds(json.format?.start_time) ?? 0;
  // When a stream begins says nothing about how long it is.
  const longest = Math.max(
    0,
    ...[...video, ...audio].map((stream) =>
      stream.durationSeconds === null ? 0 : stream.startSeconds - startSeconds + stream.durationSeconds,
    ),
  );
  const isCounted = counted.size > 0 && longest > 0;
  return {
    format,
    container: containerName(format, json.format?.tags["major_brand"]),
    sizeBytes,
    durationSeconds: (isCounted ? null : positive(json.format?.duration)) ?? (longest > 0 ? longest : null),
    startSeconds,
    bitRate: whole(json.format?.bit_rate),
    video,
    audio,
    subtitles: json.streams.filter((stream) => stream.codec_type === "subtitle").map(toSubtitle),
    ignoredStreams: json.streams
      .filter((stream) => isPicture(stream) || !isKnownKind(stream))
      .map(describeIgnored),
  };
}

function toSubtitle(stream: ProbedStream): SubtitleStream {
  const disposition = SUBTITLE_DISPOSITIONS.filter((one) => stream.disposition[one] === 1);
  return {
    index: stream.index,
    codec: stream.codec_name ?? "unknown",
    language: language(stream),
    title: stream.tags["title"] ?? null,
    ...(disposition.length > 0 && { disposition }),
  };
}

function toVideo(stream: ProbedStream, counted: Counted | undefined): VideoStream {
  const codedWidth = stream.width ?? 0;
  const codedHeight = stream.height ?? 0;
  const rotation = rotationOf(stream);
  const aspect = sampleAspect(stream.sample_aspect_ratio);
  const shownWidth = Math.round(codedWidth * aspect);
  const isTurned = Math.abs(rotation) % 180 === 90;
  const average = rational(stream.avg_frame_rate);
  const nominal = rational(stream.r_frame_rate);
  return {
    index: stream.index,
    codec: stream.codec_name ?? "unknown",
    profile: stream.profile ?? null,
    level: stream.level !== undefined && stream.level > 0 ? stream.level : null,
    codedWidth,
    codedHeight,
    width: isTurned ? codedHeight : shownWidth,
    height: isTurned ? shownWidth : codedHeight,
    rotation,
    sampleAspect: aspect === 1 ? null : (stream.sample_aspect_ratio ?? null),
    pixelFormat: stream.pix_fmt ?? null,
    bitDepth: bitDepthOf(stream),
    frameRate: average ?? nominal,
    isVariableFrameRate: average !== null && nominal !== null && Math.abs(nominal - average) / nominal > 0.02,
    frameCount: whole(stream.nb_frames) ?? counted?.packets ?? null,
    bitRate: whole(stream.bit_rate) ?? whole(stream.tags["BPS"]),
    durationSeconds: durationOf(stream, counted),
    startSeconds: seconds(stream.start_time) ?? 0,
    fieldOrder: stream.field_order ?? null,
    colorPrimaries: stream.color_primaries ?? null,
    colorTransfer: stream.color_transfer ?? null,
    colorSpace: stream.color_space ?? null,
    colorRange: stream.color_range ?? null,
    hdr: hdrOf(stream),
    language: language(stream),
  };
}

function toAudio(stream: ProbedStream, counted: Counted | undefined): AudioStream {
  return {
    index: stream.index,
    codec: stream.codec_name ?? "unknown",
    profile: stream.profile ?? null,
    sampleRate: whole(stream.sample_rate) ?? 0,
    channels: stream.channels ?? 0,
    channelLayout: stream.channel_layout ?? null,
    bitRate: whole(stream.bit_rate) ?? whole(stream.tags["BPS"]),
    durationSeconds: durationOf(stream, counted),
    startSeconds: seconds(stream.start_time) ?? 0,
    language: language(stream),
    title: stream.tags["title"] ?? null,
    isDefault: stream.disposition["default"] === 1,
  };
}

/**
 * How long a stream is. Matroska says it by a tag, in which ffmpeg writes when the stream ends; mkvmerge, whose statistics
 * stand beside it, writes the length.
 */
function durationOf(stream: ProbedStream, counted: Counted | undefined): number | null {
  const isLength = "_STATISTICS_WRITING_APP" in stream.tags;
  const start = isLength ? 0 : Math.max(0, seconds(stream.start_time) ?? 0);
  const tagged = /^(\d+):(\d+):(\d+(?:\.\d+)?)/.exec(stream.tags["DURATION"] ?? "");
  const fromTag = tagged
    ? Number(tagged[1]) * 3600 + Number(tagged[2]) * 60 + Number(tagged[3]) - start
    : null;
  return (
    (counted !== undefined && counted.durationSeconds > 0 ? counted.durationSeconds : null) ??
    positive(stream.duration) ??
    (fromTag !== null && fromTag > 0 ? fromTag : null)
  );
}

/** Degrees clockwise that a player turns the picture: 0, 90, 180 or 270. */
function rotationOf(stream: ProbedStream): number {
  const matrix = stream.side_data_list.find((data) => data.rotation !== undefined)?.rotation;
  const turned = matrix !== undefined ? -matrix : Number(stream.tags["rotate"] ?? 0);
  return Number.isFinite(turned) ? (((Math.round(turned / 90) * 90) % 360) + 360) % 360 : 0;
}

/** Ratios within half a percent of square count as square: they come from rounding sizes to even numbers. */
function sampleAspect(text: string | undefined): number {
  const ratio = rational(text?.replace(":", "/"));
  return ratio === null || Math.abs(ratio - 1) < 0.005 || ratio > 10 || ratio < 0.1 ? 1 : ratio;
}

function bitDepthOf(stream: ProbedStream): number {
  const raw = whole(stream.bits_per_raw_sample);
  if (raw !== null && raw > 0) return raw;
  const named = /(?:p|gray|x2?rgb|bgr)(9|10|12|14|16)(?:le|be)?$/.exec(stream.pix_fmt ?? "");
  return named ? Number(named[1]) : 8;
}

function hdrOf(stream: ProbedStream): string | null {
  if (stream.side_data_list.some((data) => /dovi|dolby vision/i.test(data.side_data_type ?? "")))
    return "Dolby Vision";
  if (stream.color_transfer === "smpte2084") return "HDR10";
  if (stream.color_transfer === "arib-std-b67") return "HLG";
  return null;
}

function containerName(format: string, brand: string | undefined): string {
  if (format.startsWith("mov,")) {
    if (brand?.startsWith("qt")) return "QuickTime";
    return /^M4A/.test(brand ?? "") ? "M4A" : "MP4";
  }
  return CONTAINER_NAMES[format] ?? format.toUpperCase();
}

const CONTAINER_NAMES: Record<string, string> = {
  "matroska,webm": "Matroska / WebM",
  mpegts: "MPEG-TS",
  mpeg: "MPEG-PS",
  mpegvideo: "MPEG video",
  asf: "Windows Media",
  aiff: "AIFF",
  rm: "RealMedia",
  hevc: "HEVC stream",
  h264: "H.264 stream",
};

const isKnownKind = (stream: ProbedStream) =>
  ["video", "audio", "subtitle"].includes(stream.codec_type ?? "");

function describeIgnored(stream: ProbedStream): string {
  const codec = stream.codec_name ?? stream.codec_tag_string ?? "unknown";
  return stream.disposition["attached_pic"] === 1
    ? `cover art (${codec})`
    : `${stream.codec_type ?? "data"} (${codec})`;
}

function language(stream: ProbedStream): string | null {
  const tag = stream.tags["language"];
  return tag && tag !== "und" && /^[A-Za-z-]{2,12}$/.test(tag) ? tag : null;
}

function seconds(text: string | undefined): number | null {
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

function positive(text: string | undefined): number | null {
  const value = seconds(text);
  return value !== null && value > 0 ? value : null;
}

function whole(text: string | undefined): number | null {
  const value = seconds(text);
  return value === null ? null : Math.round(value);
}

function rational(text: string | undefined): number | null {
  const [top, bottom] = (text ?? "").split("/").map(Number);
  return top !== undefined && bottom !== undefined && top > 0 && bottom > 0 ? top / bottom : null;
}
