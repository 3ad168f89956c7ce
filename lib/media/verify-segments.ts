import { FailureError } from "#lib/errors.ts";
import type { MeasuredRendition } from "#lib/media/measure-rendition.ts";

/** Segments of different rungs may start this far apart; they are the same frames, so rounding is all there is. */
const ALIGNMENT_SECONDS = 0.002;

const failed = (check: string, detail: string) =>
  new FailureError("OUTPUT_VERIFICATION_FAILED", { check, detail });

/**
 * Segments start on keyframes, at the same times in every rung, and never go back in time.
 * @throws FailureError OUTPUT_VERIFICATION_FAILED
 */
export function checkSegments(renditions: readonly MeasuredRendition[]): void {
  const videos = renditions.filter(({ plan }) => plan.kind === "video");
  const startsOf = ({ segments, timescale }: MeasuredRendition) =>
    segments.map((segment) => segment.start / timescale);
  const reference = videos[0] ? startsOf(videos[0]) : [];
  for (const video of videos) {
    const loose = video.segments.findIndex((segment) => !segment.startsWithKeyframe);
    if (loose >= 0)
      throw failed("keyframes", `segment ${loose + 1} of ${video.plan.name} does not start with a keyframe`);
    const starts = startsOf(video);
    const isAligned =
      starts.length === reference.length &&
      starts.every((start, index) => Math.abs(start - (reference[index] ?? 0)) < ALIGNMENT_SECONDS);
    if (!isAligned)
      throw failed("alignment", `${video.plan.name} breaks at other times than ${videos[0]?.plan.name}`);
  }
  for (const rendition of renditions) {
    rendition.segments.forEach((segment, index) => {
      const before = rendition.segments[index - 1];
      if (before && segment.start < before.start)
        throw failed("timing", `segment ${index + 1} of ${rendition.plan.name} goes back in time`);
    });
  }
}
