import type { VideoStream } from "#lib/media/media-info.ts";

/** Half a second of a still picture that the next segment does not know of is a hole that players stop at. */
const LEAST_HELD_SECONDS = 0.5;

/** Whether a frame stays for long, as in a recording of a screen on which nothing moves. */
export const isHeld = ({ pace }: VideoStream): boolean =>
  pace !== undefined && pace.longestSeconds > Math.max(LEAST_HELD_SECONDS, 2 * pace.stepSeconds);

/** Rates that cameras and screens have; steps that were measured from rounded times are near to them. */
const KNOWN_RATES = [24000 / 1001, 24, 25, 30000 / 1001, 30, 48, 50, 60000 / 1001, 60, 100, 120];
/** Slower pictures are repeated, so that a segment can begin where it should. */
const LEAST_RATE = 1;
/** What the fastest cameras give; a step that is shorter is a mistake in the source's times. */
const MOST_RATE = 240;

/** Frames a second while the picture moves, to three places; null when it is not known. */
export function movingRate({ pace }: VideoStream): number | null {
  if (pace === undefined) return null;
  const rate = 1 / pace.stepSeconds;
  const known = KNOWN_RATES.reduce((best, one) =>
    Math.abs(one - rate) < Math.abs(best - rate) ? one : best,
  );
  const nearest = Math.abs(known - rate) < rate * 0.005 ? known : rate;
  return Math.round(Math.min(Math.max(nearest, LEAST_RATE), MOST_RATE) * 1000) / 1000;
}
