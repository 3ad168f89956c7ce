import type { EncodeRun } from "#lib/media/plan-encode.ts";
import type { PlannedVideo } from "#lib/media/planned-rendition.ts";

/** A part of a run's picture that a process of its own encodes; times in seconds from where the source starts. */
export type Chunk = {
  index: number;
  /** Its frames come from here on, and before the end; both lie between two frames. Null at the source's ends. */
  fromSeconds: number | null;
  toSeconds: number | null;
  /** When its first frame is shown. */
  startSeconds: number;
  /** How long after the chunk's boundary, a multiple of the segment, that is: less than a frame. */
  lateSeconds: number;
  frames: number;
};

/** A chunk costs a start of the decoder in the middle of a group of pictures: shorter ones are not worth it. */
const LEAST_CHUNK_SECONDS = 30;
/** What is lost at most when a worker dies, beside what its other slots encode. */
const MOST_CHUNK_SECONDS = 300;
const CHUNKS = 16;
/** Shorter sources are encoded whole. */
export const LEAST_CHUNKED_SECONDS = 4 * LEAST_CHUNK_SECONDS;

/** They can be sought in by an index. */
const SOUGHT_DEMUXERS: readonly (string | undefined)[] = ["mov", "matroska"];
/** Filters that give a frame for a frame, and whose result a second of lead settles. */
const STEADY_FILTERS: ReadonlySet<string> = new Set([
  "bwdif",
  "crop",
  "pad",
  "scale",
  "setsar",
  "format",
  "setparams",
  "hqdn3d",
  "transpose",
  "hflip",
  "vflip",
]);

/** Why a run is encoded by one process whatever its length; null when it may be split. */
export function chunkObstacle(run: EncodeRun): string | null {
  if (run.clip !== null) return "only a part of the source is used";
  if (!SOUGHT_DEMUXERS.includes(run.demuxer)) return "the source has no index to find its parts by";
  const duration = run.expectedDurationSeconds;
  if (duration === null || duration < LEAST_CHUNKED_SECONDS)
    return `the source is not known to last ${LEAST_CHUNKED_SECONDS} s`;
  const videos = run.jobs.map(videosOf);
  if (videos.some((ofJob) => ofJob.length === 0)) return "a job has no picture";
  for (const video of videos.flat()) {
    if (video.isCopy) return "a picture is copied";
    // The others' keyframes come by count, which begins anew with every chunk.
    if (video.codec !== "h264" && video.codec !== "h265") return `keyframes of ${video.codec} come by count`;
    if (video.rateControl.mode !== "crf") return "the bits are shared out over the whole length";
    if (video.images.length > 0 || video.burnIndex !== null)
      return "images or subtitles are laid over the picture";
    const unsteady = video.filters.find((filter) => !STEADY_FILTERS.has(/^\w+/.exec(filter)?.[0] ?? ""));
    if (unsteady !== undefined) return `the filter ${unsteady} counts frames`;
  }
  return stepMs(run) > MOST_CHUNK_SECONDS * 1000 ? "segments and keyframes have no common multiple" : null;
}

/**
 * Splits a run at multiples of every segment and keyframe interval in it, so that the chunks together have the keyframes
 * that one process would have made, and into about equal parts, since the longest one is waited for. Depends on the source
 * and the templates alone: a run that is taken up again has the same chunks. Every frame is in exactly one chunk.
 *
 * @param times when the source's frames are shown, in order; keyframes are counted from the first
 * @param chunkSeconds about how long a chunk is; from the length when not told
 */
export function planChunks(
  run: EncodeRun,
  times: readonly number[],
  chunkSeconds = chunkLength(run.expectedDurationSeconds ?? 0),
): Chunk[] {
  const first = times[0] ?? 0;
  const last = times.at(-1) ?? 0;
  const step = stepMs(run);
  const length = last - first;
  const count = Math.max(1, Math.round(length / chunkSeconds));
  const starts = [{ at: 0, late: 0 }];
  for (let number = 1; number < count; number++) {
    const boundary = first + (Math.round((number * length * 1000) / count / step) * step) / 1000;
    const at = firstFrom(times, boundary - TINY);
    // A source may show nothing for longer than a chunk.
    if (at > (starts.at(-1)?.at ?? 0) && at < times.length)
      starts.push({ at, late: Math.max(0, (times[at] ?? 0) - boundary) });
  }
  return starts.map(({ at, late }, index) => {
    const next = starts[index + 1]?.at ?? times.length;
    return {
      index,
      fromSeconds: at === 0 ? null : cutBefore(times, at),
      toSeconds: next === times.length ? null : cutBefore(times, next),
      startSeconds: times[at] ?? 0,
      lateSeconds: late < TINY ? 0 : late,
      frames: next - at,
    };
  });
}

/** Tools write times with six decimals. */
const TINY = 2e-6;

/** About how many chunks a source of this length is split into. */
export const chunkCount = (durationSeconds: number): number =>
  Math.max(1, Math.round(durationSeconds / chunkLength(durationSeconds)));

const chunkLength = (durationSeconds: number) =>
  Math.min(MOST_CHUNK_SECONDS, Math.max(LEAST_CHUNK_SECONDS, durationSeconds / CHUNKS));

/** Nearer to the frame before which it cuts: in a time base of a whole frame it is rounded to that frame. */
function cutBefore(times: readonly number[], at: number): number {
  const [before = 0, after = 0] = [times[at - 1], times[at]];
  return after - 0.4 * (after - before);
}

/** Position of the first time that is not before `wanted`. */
function firstFrom(times: readonly number[], wanted: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What all segments and keyframe intervals of a run divide. */
function stepMs(run: EncodeRun): number {
  const lengths = run.jobs.flatMap((job) => [
    ...(job.packaging === "file" ? [] : [job.segmentSeconds]),
    ...videosOf(job).map(({ gopSeconds }) => gopSeconds),
  ]);
  return lengths.map((seconds) => Math.max(1, Math.round(seconds * 1000))).reduce(leastCommonMultiple, 1);
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
const leastCommonMultiple = (a: number, b: number) => (a / divisor(a, b)) * b;

const videosOf = (job: EncodeRun["jobs"][number]): PlannedVideo[] =>
  job.renditions.filter((rendition) => rendition.kind === "video");
