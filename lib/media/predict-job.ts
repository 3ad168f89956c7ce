import type { EncodeRun, JobPlan } from "#lib/media/plan-encode.ts";
import type { PlannedAudio, PlannedVideo } from "#lib/media/planned-rendition.ts";

/**
 * What is expected of a job before it runs; null where nothing is known to go by. Bytes of all its files; seconds of its
 * encoder, which other jobs of the task may share.
 */
export type Prediction = { sizeBytes: number | null; encodeSeconds: number | null };

/**
 * One finished encode: how fast it was, and how large. `preset` of the encoder; speed in megapixels of output per second,
 * size in bits per pixel, null where a bit rate was asked for. Of sound alone and of copies: `codec` "none", and the
 * speed in seconds of media per second.
 */
export type PaceSample = {
  codec: string;
  preset: string;
  /** Null of one that was not encoded by one process. */
  speed: number | null;
  bitsPerPixel: number | null;
};

/** Files and playlists around the media of a segmented job, and an index inside a file. */
const CONTAINER_FACTOR = 1.02;
/** Where the source does not say. */
const USUAL_FPS = 30;
const NO_PICTURE = "none";

/** Megapixels that a video rendition has in all. */
export function megapixelsOf(
  { width, height, frameRate }: Pick<PlannedVideo, "width" | "height" | "frameRate">,
  seconds: number,
): number {
  return (width * height * (frameRate ?? USUAL_FPS) * seconds) / 1_000_000;
}

/** Expects of a job what the samples, finished encodes on these workers, make likely. `run`: the process that it is in. */
export function predictJob(job: JobPlan, run: EncodeRun, samples: readonly PaceSample[]): Prediction {
  return { sizeBytes: predictSize(job, samples), encodeSeconds: predictSeconds(run, samples) };
}

function predictSize(job: JobPlan, samples: readonly PaceSample[]): number | null {
  const seconds = job.expectedDurationSeconds;
  if (seconds === null) return null;
  let bits = 0;
  for (const rendition of job.renditions) {
    const own =
      rendition.kind === "video" ? videoBits(rendition, seconds, samples) : audioBits(rendition, seconds);
    if (own === null) return null;
    bits += own;
  }
  return Math.round((bits / 8) * CONTAINER_FACTOR);
}

function videoBits(video: PlannedVideo, seconds: number, samples: readonly PaceSample[]): number | null {
  if (video.isCopy) return null;
  const { rateControl } = video;
  if (rateControl.mode !== "crf") return rateControl.kbps * 1000 * seconds;
  const alike = samples.filter(({ codec }) => codec === video.codec).map((sample) => sample.bitsPerPixel);
  const bitsPerPixel = median(alike.filter((found) => found !== null));
  if (bitsPerPixel === null) return null;
  const bits = bitsPerPixel * megapixelsOf(video, seconds) * 1_000_000;
  return rateControl.maxKbps === undefined ? bits : Math.min(bits, rateControl.maxKbps * 1000 * seconds);
}

/** Without a rate to choose, about what FLAC makes of CD sound; a copied stream's is not known. */
function audioBits({ kbps, isCopy, channels, sampleRate }: PlannedAudio, seconds: number): number | null {
  if (isCopy) return null;
  return kbps === null ? channels * sampleRate * 16 * seconds : kbps * 1000 * seconds;
}

/** Seconds of one process that does it all; null when nothing like it was measured. */
export function predictSeconds(run: EncodeRun, samples: readonly PaceSample[]): number | null {
  const seconds = run.expectedDurationSeconds;
  if (seconds === null) return null;
  const videos = run.jobs.flatMap((job) =>
    job.renditions.filter((rendition) => rendition.kind === "video").filter(({ isCopy }) => !isCopy),
  );
  if (videos.length === 0) {
    const speed = median(speedsOf(samples.filter(({ codec }) => codec === NO_PICTURE)));
    return speed === null ? null : seconds / speed;
  }
  let total = 0;
  for (const video of videos) {
    const speed = speedOf(video, samples);
    if (speed === null) return null;
    total += megapixelsOf(video, seconds) / speed;
  }
  return total;
}

/** Of encodes with the same preset where there are any, of all with the codec otherwise. */
function speedOf(video: PlannedVideo, samples: readonly PaceSample[]): number | null {
  const alike = samples.filter(({ codec }) => codec === video.codec);
  const same = speedsOf(alike.filter(({ preset }) => preset === video.preset));
  return median(same.length > 0 ? same : speedsOf(alike));
}

const speedsOf = (samples: readonly PaceSample[]): number[] =>
  samples.map(({ speed }) => speed).filter((speed) => speed !== null);

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
