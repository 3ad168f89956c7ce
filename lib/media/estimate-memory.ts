import type { MediaInfo } from "#lib/media/media-info.ts";
import type { EncodeRun } from "#lib/media/plan-encode.ts";
import type { PlannedVideo } from "#lib/media/planned-rendition.ts";

const MIB = 1024 ** 2;
/** The program and its libraries, its buffers and the sound. */
const PROGRAM_MIB = 70;
/** Decoding and the filters before the first scale: frames of the source that are held, per megapixel. */
const DECODE_MIB = 14;
const DECODE_PER_THREAD_MIB = 6;
/** Tone mapping works on floats: 12 bytes a pixel, some frames at once. */
const TONE_MAP_MIB = 90;
/** Pictures of 10 bits take two bytes a sample. */
const TEN_BIT_FACTOR = 1.9;

type Preset = PlannedVideo["preset"];
type Encoder = {
  /** MiB: whatever the size; for each megapixel of the picture; for each megapixel that is looked ahead. */
  fixed: number;
  perMegapixel: number;
  perFrame: number;
  /** Frames that it looks ahead, as its presets say. */
  lookahead: Record<Preset, number> | null;
  /** MiB for each thread beyond the first: whatever the size, and for each megapixel. */
  thread: number;
  threadPerMegapixel: number;
};

/**
 * Fitted to what bench/memory/measure.ts measured with Debian 12's ffmpeg 5.1 (x264 164, x265 3.5, SVT-AV1 1.4, libvpx
 * 1.12) from 360p to 2160p; bench/README.md has the table. Lookaheads: x264's and x265's documented presets.
 */
const ENCODERS: Record<string, Encoder> = {
  h264: {
    fixed: 30,
    perMegapixel: 22,
    perFrame: 3.8,
    lookahead: frames(0, 0, 10, 20, 30, 40, 50, 60, 60),
    thread: 20,
    threadPerMegapixel: 24,
  },
  h265: {
    fixed: 50,
    perMegapixel: 66,
    perFrame: 5.5,
    lookahead: frames(5, 10, 15, 15, 15, 20, 25, 40, 40),
    thread: 20,
    threadPerMegapixel: 20,
  },
  av1: { fixed: 220, perMegapixel: 80, perFrame: 0, lookahead: null, thread: 80, threadPerMegapixel: 100 },
  vp9: { fixed: 30, perMegapixel: 130, perFrame: 0, lookahead: null, thread: 20, threadPerMegapixel: 10 },
};

/**
 * Bytes that one ffmpeg will hold at its peak, a little more rather than less: what a worker reserves before it starts
 * it. `threads`: of each encoder and of the decoder.
 */
export function estimateMemoryBytes(run: EncodeRun, media: MediaInfo, threads: number): number {
  const videos = run.jobs.flatMap((job) =>
    job.renditions.filter((rendition) => rendition.kind === "video").filter(({ isCopy }) => !isCopy),
  );
  const source = media.video[0];
  const isDecoded = videos.length > 0 && source !== undefined;
  const decoded = isDecoded
    ? megapixels(source.codedWidth, source.codedHeight) *
      (DECODE_MIB + DECODE_PER_THREAD_MIB * (threads - 1)) *
      (source.bitDepth > 8 ? TEN_BIT_FACTOR : 1)
    : 0;
  const encoded = videos.reduce((sum, video) => sum + encoderMib(video, threads), 0);
  return Math.round((PROGRAM_MIB + decoded + encoded) * MIB);
}

function encoderMib(video: PlannedVideo, threads: number): number {
  const encoder = ENCODERS[video.codec];
  if (encoder === undefined) throw new Error(`no figures for ${video.codec}`);
  const size = megapixels(video.width, video.height);
  const ahead = encoder.lookahead?.[video.preset] ?? 0;
  const perMegapixel =
    encoder.perMegapixel + encoder.perFrame * ahead + encoder.threadPerMegapixel * (threads - 1);
  const depth = video.pixelFormat === "yuv420p10le" ? TEN_BIT_FACTOR : 1;
  const toned = video.toSdr ? TONE_MAP_MIB * size : 0;
  return encoder.fixed + encoder.thread * (threads - 1) + perMegapixel * size * depth + toned;
}

const megapixels = (width: number, height: number) => (width * height) / 1_000_000;

/** By preset, from ultrafast to veryslow. */
function frames(...counts: readonly number[]): Record<Preset, number> {
  const [ultrafast = 0, superfast = 0, veryfast = 0, faster = 0, fast = 0] = counts;
  const [medium = 0, slow = 0, slower = 0, veryslow = 0] = counts.slice(5);
  return { ultrafast, superfast, veryfast, faster, fast, medium, slow, slower, veryslow };
}
