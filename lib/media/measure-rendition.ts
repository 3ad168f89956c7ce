import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createFile, MP4BoxBuffer } from "mp4box";
import { RAW } from "#lib/media/ffmpeg-args.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import type { JobPlan } from "#lib/media/plan-encode.ts";
import type { PlannedAudio, PlannedRendition, PlannedVideo } from "#lib/media/planned-rendition.ts";
import { soundLength } from "#lib/media/read-ts-times.ts";
import { readInitSegment, readSegment, type Segment } from "#lib/media/read-fragments.ts";
import { segmentPath } from "#lib/media/segment-path.ts";

export type MeasuredSegment = {
  /** Relative to the publish folder. */
  path: string;
  sizeBytes: number;
  durationSeconds: number;
  /** CMAF only, in `timescale`: start of presentation and length. */
  start: number;
  duration: number;
  samples: number;
  startsWithKeyframe: boolean;
  /** Where it begins in its file: not 0 when all segments are one file. */
  offset: number;
  /** CMAF only: bytes, from its beginning, that show its first frame. */
  keyframeBytes: number | null;
};

/** One rendition as it lies on the disk. */
export type MeasuredRendition = {
  plan: PlannedRendition;
  /** The sound inside a transport stream's segments. */
  muxedAudio: PlannedAudio | null;
  folder: string;
  /** Relative path of the initialisation segment; null for transport streams. */
  init: string | null;
  initBytes: number;
  timescale: number;
  /** RFC 6381, e.g. "avc1.64001f"; with the sound's where it is muxed. */
  codecs: string[];
  segments: MeasuredSegment[];
  durationSeconds: number;
  sizeBytes: number;
  /** Bits per second of the busiest segment, and over all. */
  peakBandwidth: number;
  averageBandwidth: number;
  /** Frames per second as measured; null for sound. */
  frameRate: number | null;
  /** What ffprobe says of its beginning, where that was looked at before. */
  head?: MediaInfo | null;
};

/**
 * Measures CMAF files that lie in the publish folder already.
 * @param known one for each segment: what was read of it before, or null
 * @throws Error when one is cut or has no samples.
 */
export async function measureCmaf(
  publish: string,
  folder: string,
  plan: PlannedRendition,
  known: readonly (Segment | null)[],
): Promise<MeasuredRendition> {
  const init = `${folder}/init.mp4`;
  const initBytes = await readFile(join(publish, init));
  const initSegment = readInitSegment(initBytes);
  const segments: MeasuredSegment[] = [];
  for (const [at, already] of known.entries()) {
    const path = segmentPath(folder, at + 1);
    const segment = already ?? readSegment(await readFile(join(publish, path)), initSegment);
    segments.push({
      path,
      sizeBytes: segment.sizeBytes,
      durationSeconds: segment.duration / initSegment.timescale,
      start: segment.decodeTime + segment.firstOffset,
      duration: segment.duration,
      samples: segment.samples,
      startsWithKeyframe: segment.startsWithKeyframe,
      offset: 0,
      keyframeBytes: segment.firstSampleEnd > 0 ? segment.firstSampleEnd : null,
    });
  }
  return summarise({
    plan,
    muxedAudio: null,
    folder,
    init,
    timescale: initSegment.timescale,
    codecs: [codecString(initBytes)],
    segments,
    initBytes: initBytes.length,
  });
}

/** Measures transport-stream segments where ffmpeg left them, from its playlist and their sizes. */
export async function measureTs(
  raw: string,
  folder: string,
  plan: PlannedRendition,
  index: number,
  job: JobPlan,
): Promise<MeasuredRendition & { rawNames: string[] }> {
  if (plan.kind !== "video") throw new Error("a transport stream's rendition is a video");
  const playlist = await readFile(join(raw, RAW.playlist(index)), "utf8");
  if (!playlist.includes("#EXT-X-ENDLIST")) throw new Error(`the playlist of ${plan.name} has no end`);
  const entries = [...playlist.matchAll(/^#EXTINF:([\d.]+),.*\n(seg_\d+_\d+\.ts)$/gm)];
  if (entries.length === 0) throw new Error(`the playlist of ${plan.name} is empty`);
  const segments: MeasuredSegment[] = [];
  for (const [at, entry] of entries.entries()) {
    const { size: sizeBytes } = await lstat(join(raw, entry[2] ?? ""));
    segments.push({
      path: `${folder}/${String(at + 1).padStart(5, "0")}.ts`,
      sizeBytes,
      durationSeconds: Number(entry[1]),
      start: 0,
      duration: 0,
      samples: 0,
      startsWithKeyframe: true,
      offset: 0,
      keyframeBytes: null,
    });
  }
  const audio = job.renditions.find((rendition) => rendition.kind === "audio") ?? null;
  const last = segments.at(-1);
  // Sound that goes on after the last picture is in the last segment, but not in its length.
  if (audio && last) {
    const sound = soundLength(await readFile(join(raw, entries.at(-1)?.[2] ?? "")));
    last.durationSeconds = Math.max(last.durationSeconds, sound ?? 0);
  }
  const firstBytes = await readFile(join(raw, entries[0]?.[2] ?? ""));
  const measured = summarise({
    plan,
    muxedAudio: audio,
    folder,
    init: null,
    timescale: 90_000,
    codecs: [avcCodecString(firstBytes), ...(audio ? ["mp4a.40.2"] : [])],
    segments,
    initBytes: 0,
  });
  return { ...measured, frameRate: plan.frameRate, rawNames: entries.map((entry) => entry[2] ?? "") };
}

function summarise(parts: {
  plan: PlannedRendition;
  muxedAudio: PlannedAudio | null;
  folder: string;
  init: string | null;
  timescale: number;
  codecs: string[];
  segments: MeasuredSegment[];
  initBytes: number;
}): MeasuredRendition {
  const durationSeconds = parts.segments.reduce((sum, segment) => sum + segment.durationSeconds, 0);
  const samples = parts.segments.reduce((sum, segment) => sum + segment.samples, 0);
  const mediaBytes = mediaBytesOf(parts.segments);
  return {
    ...parts,
    durationSeconds,
    sizeBytes: mediaBytes + parts.initBytes,
    ...bandwidthsOf(parts.segments),
    frameRate:
      parts.plan.kind === "video" && durationSeconds > 0 && samples > 0 ? samples / durationSeconds : null,
  };
}

/**
 * The rendition as its lists describe it when its segments are encrypted: each filled up to whole blocks of 16 bytes, and
 * no part of one of any use by itself.
 */
export function asEncrypted(rendition: MeasuredRendition): MeasuredRendition {
  const segments = rendition.segments.map((segment) => ({
    ...segment,
    sizeBytes: segment.sizeBytes + 16 - (segment.sizeBytes % 16),
    keyframeBytes: null,
  }));
  return {
    ...rendition,
    ...bandwidthsOf(segments),
    sizeBytes: mediaBytesOf(segments) + rendition.initBytes,
    segments,
  };
}

const mediaBytesOf = (segments: readonly Pick<MeasuredSegment, "sizeBytes">[]): number =>
  segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);

/** Bits per second of the busiest segment, and over all. */
export function bandwidthsOf(segments: readonly Pick<MeasuredSegment, "durationSeconds" | "sizeBytes">[]): {
  peakBandwidth: number;
  averageBandwidth: number;
} {
  const rate = (bits: number, seconds: number) => Math.ceil(bits / Math.max(seconds, 0.001));
  const seconds = segments.reduce((sum, segment) => sum + segment.durationSeconds, 0);
  const averageBandwidth = rate(mediaBytesOf(segments) * 8, seconds);
  // A short last segment (a few samples of sound) says nothing about the rate, unless there is nothing longer.
  const telling = segments.filter((segment) => segment.durationSeconds > 0.5);
  const rates = (telling.length > 0 ? telling : segments).map((segment) =>
    rate(segment.sizeBytes * 8, segment.durationSeconds),
  );
  // With a dense short segment left out, the average may be above every rate that is left.
  return { peakBandwidth: Math.max(averageBandwidth, ...rates), averageBandwidth };
}

/** The codec string of an initialisation segment with one track. @throws Error */
export function codecString(init: Buffer): string {
  const file = createFile();
  const bytes = new Uint8Array(init).buffer;
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(bytes, 0));
  file.flush();
  const codec = file.getInfo().tracks[0]?.codec;
  if (!codec) throw new Error("the initialisation segment names no codec");
  // The sample entry is called "Opus"; RFC 6381 strings and players say "opus".
  return codec === "Opus" ? "opus" : codec;
}

/** From the sequence parameter set, which stands near the start of every segment: profile, constraints, level. */
export function avcCodecString(ts: Buffer): string {
  for (let at = 0; at + 7 < Math.min(ts.length, 64 * 1024); at += 1) {
    const isStart = ts[at] === 0 && ts[at + 1] === 0 && ts[at + 2] === 1;
    if (isStart && ((ts[at + 3] ?? 0) & 0x1f) === 7)
      return `avc1.${ts.subarray(at + 4, at + 7).toString("hex")}`;
  }
  throw new Error("the first segment has no H.264 parameter set");
}

export type { PlannedVideo };
