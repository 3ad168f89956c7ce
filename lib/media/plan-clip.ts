import { FailureError } from "#lib/errors.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { formatSeconds } from "#lib/media/format-measure.ts";
import type { MediaInfo, MediaWarning } from "#lib/media/media-info.ts";

/** In seconds of the source; a length of null reaches to its end. */
export type Clip = { startSeconds: number; durationSeconds: number | null };

/** Where the clip ends at the latest, in seconds of the source; undefined when it reaches to the source's end. */
export function clipEnd(clip: EncodeSpec["clip"]): number | undefined {
  if (clip?.maxSeconds === undefined) return clip?.endSeconds;
  return clip.startSeconds + clip.maxSeconds;
}

/**
 * A length ("at most so long") ends with the source; an end has to lie inside it.
 * @throws FailureError CLIP_OUT_OF_RANGE when the clip starts after the source, or its end lies after it by more than half a second
 */
export function planClip(media: MediaInfo, { clip }: EncodeSpec): Clip | null {
  const end = clipEnd(clip);
  if (!clip || (clip.startSeconds === 0 && end === undefined)) return null;
  const { startSeconds, endSeconds, maxSeconds } = clip;
  const duration = media.durationSeconds;
  if (duration !== null && (startSeconds >= duration || (endSeconds ?? 0) > duration + 0.5)) {
    throw new FailureError("CLIP_OUT_OF_RANGE", {
      duration: formatSeconds(duration),
      end: formatSeconds(end ?? startSeconds),
    });
  }
  const asked = maxSeconds ?? (endSeconds === undefined ? null : endSeconds - startSeconds);
  return { startSeconds, durationSeconds: asked };
}

/** A tenth of a second less is a frame, or how a container rounds. */
const LEAST_MISSING_SECONDS = 0.1;

/** What the operator should know when what is used of the source ends before the clip does. */
export function clipWarnings(clip: Clip | null, expectedSeconds: number | null): MediaWarning[] {
  const asked = clip?.durationSeconds ?? null;
  if (asked === null || expectedSeconds === null || expectedSeconds > asked - LEAST_MISSING_SECONDS)
    return [];
  const params = { seconds: formatSeconds(expectedSeconds), asked: formatSeconds(asked) };
  return [{ code: "clip_shortened", params }];
}
