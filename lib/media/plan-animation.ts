import { FailureError } from "#lib/errors.ts";
import { isAnimation } from "#lib/media/fits.ts";
import type { PlannedVideo } from "#lib/media/planned-rendition.ts";

/** A GIF is held in memory until its colours are chosen: 400 MB of pictures, 320x180 at 12 a second for 2.5 minutes. */
const MOST_BYTES = 400_000_000;

/**
 * An animation is a preview.
 * @throws FailureError TEMPLATE_INVALID for one that is too long for its size and frame rate, or of unknown length
 */
export function refuseLongAnimation(videos: readonly PlannedVideo[], seconds: number | null): void {
  for (const { codec, width, height, frameRate } of videos) {
    if (!isAnimation(codec)) continue;
    const most = Math.floor(MOST_BYTES / (width * height * 4 * (frameRate ?? 50)));
    if (seconds !== null && seconds <= most) continue;
    const is = seconds === null ? "of unknown length" : `${Math.ceil(seconds)} s long`;
    const reason = `an animation of ${width}x${height} at ${frameRate ?? 50} frames a second lasts ${most} s at most, and this one is ${is}; cut a clip, or make it smaller`;
    throw new FailureError("TEMPLATE_INVALID", { template: "", field: "clip", reason });
  }
}
