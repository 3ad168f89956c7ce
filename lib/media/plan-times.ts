import type { AudioStream, MediaInfo, VideoStream } from "#lib/media/media-info.ts";
import type { JobPlan } from "#lib/media/plan-encode.ts";
import type { PlannedRendition } from "#lib/media/planned-rendition.ts";

/** In seconds from the beginning of the result. */
export type Span = { start: number; end: number };

type Times = Pick<JobPlan, "renditions" | "clip">;

/** How long the result should be: the longest of the streams that are used, from where the file starts. */
export function expectedDuration(media: MediaInfo, { renditions, clip }: Times): number | null {
  const ends = renditions.map((rendition) => endOf(streamOf(media, rendition), media));
  const isKnown = ends.every((end) => end !== null);
  const whole = !isKnown ? media.durationSeconds : ends.length > 0 ? Math.max(...ends) : null;
  if (whole === null || clip === null) return whole;
  const left = Math.max(0, whole - clip.startSeconds);
  return clip.durationSeconds === null ? left : Math.min(left, clip.durationSeconds);
}

/** Slower pictures' last frames take longer than what is tolerated. */
const LEAST_FRAME_RATE = 4;

/**
 * When each rendition should begin and end; without those of which the source does not tell, or has nothing in a clip,
 * and without pictures whose last frame may stand for long.
 */
export function expectedSpans(media: MediaInfo, { renditions, clip }: Times): Record<string, Span> {
  const from = clip?.startSeconds ?? 0;
  const most = clip?.durationSeconds ?? Infinity;
  const spans = renditions.flatMap((rendition): [string, Span][] => {
    const stream = streamOf(media, rendition);
    const whole = endOf(stream, media);
    if (stream === undefined || whole === null || !isSteady(stream)) return [];
    const end = Math.min(whole - from, most);
    const start = Math.max(0, stream.startSeconds - media.startSeconds - from);
    return end > start ? [[rendition.name, { start, end }]] : [];
  });
  return Object.fromEntries(spans);
}

const isSteady = (stream: VideoStream | AudioStream): boolean =>
  !("frameRate" in stream) || (!stream.isVariableFrameRate && (stream.frameRate ?? 0) >= LEAST_FRAME_RATE);

/** Pictures always come from the first stream that has them. */
const streamOf = (media: MediaInfo, rendition: PlannedRendition): VideoStream | AudioStream | undefined =>
  rendition.kind === "video"
    ? media.video[0]
    : media.audio.find((stream) => stream.index === rendition.sourceIndex);

const endOf = (stream: VideoStream | AudioStream | undefined, media: MediaInfo): number | null =>
  stream?.durationSeconds == null ? null : stream.startSeconds - media.startSeconds + stream.durationSeconds;

/** Of two lengths; one that is unknown does not count. */
export const longestOf = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
