import { FailureError } from "#lib/errors.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { formatSeconds } from "#lib/media/format-measure.ts";
import { isHeld, movingRate } from "#lib/media/held-frames.ts";
import { pinnedDemuxer } from "#lib/media/input-args.ts";
import type { AudioStream, MediaInfo, MediaWarning, VideoStream } from "#lib/media/media-info.ts";

export type Clip = {
  /** From the source's beginning. */
  startSeconds: number;
  /** Null reaches to the source's end. */
  durationSeconds: number | null;
  /** The source is opened this much before the clip, and what comes before the clip is cut off. */
  leadSeconds: number;
  /** Frames that stay are repeated before anything is cut off; absent where none stays for long. */
  steady?: {
    fps: number;
    /** How long one stays at most. */
    longestSeconds: number;
    /** Where the picture ends, from the clip's beginning; null when that is not known. */
    endSeconds: number | null;
  };
};

/** Where the clip ends at the latest, in seconds of the source; undefined when it reaches to the source's end. */
export function clipEnd(clip: EncodeSpec["clip"]): number | undefined {
  if (clip?.maxSeconds === undefined) return clip?.endSeconds;
  return clip.startSeconds + clip.maxSeconds;
}

const cutsOff = (clip: NonNullable<EncodeSpec["clip"]>): boolean =>
  clip.startSeconds > 0 || clipEnd(clip) !== undefined;

/**
 * A length ("at most so long") ends with the source; an end has to lie inside it.
 * @throws FailureError CLIP_OUT_OF_RANGE when the clip starts after the source, or its end lies after it by more than half a second
 */
export function planClip(media: MediaInfo, { clip }: EncodeSpec): Clip | null {
  if (!clip || !cutsOff(clip)) return null;
  const end = clipEnd(clip);
  const { startSeconds, endSeconds, maxSeconds } = clip;
  const duration = media.durationSeconds;
  if (duration !== null && (startSeconds >= duration || (endSeconds ?? 0) > duration + 0.5)) {
    throw new FailureError("CLIP_OUT_OF_RANGE", {
      duration: formatSeconds(duration),
      end: formatSeconds(end ?? startSeconds),
    });
  }
  const asked = maxSeconds ?? (endSeconds === undefined ? null : endSeconds - startSeconds);
  const planned = {
    startSeconds,
    durationSeconds: asked,
    leadSeconds: Math.min(startSeconds, leadOf(media)),
  };
  const [video] = media.video;
  const fps = video ? steadyRate(video, { clip }) : null;
  if (!video || fps === null) return planned;
  const longestSeconds = video.pace?.longestSeconds ?? 0;
  const leadSeconds = Math.min(startSeconds, Math.max(leadOf(media), longestSeconds + 1));
  const begins = video.startSeconds - media.startSeconds;
  const rest = video.durationSeconds === null ? null : begins + video.durationSeconds - startSeconds;
  const length = rest === null ? null : Math.min(rest, asked ?? Infinity);
  return { ...planned, leadSeconds, steady: { fps, longestSeconds, endSeconds: length } };
}

/**
 * Frames a second of a clip's picture where one stays for long: decoding begins with the first frame in a clip and ends with
 * the last, and one that stays from before it, or on to its end, would be missing. Null where none does.
 */
export const steadyRate = (source: VideoStream, { clip }: Pick<EncodeSpec, "clip">): number | null =>
  clip && cutsOff(clip) && isHeld(source) ? movingRate(source) : null;

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

/** They find the keyframe before a time by an index. */
const INDEXED: readonly (string | undefined)[] = ["mov", "matroska"];

/**
 * Sought by time alone, a source is read from the middle of a group of pictures, which cannot be shown before its next
 * keyframe: so it is opened earlier. Encoders put keyframes at most 250 frames apart unless told (10 s at 25 a second).
 */
const LEAD_SECONDS = 12;

const leadOf = ({ format }: MediaInfo): number =>
  INDEXED.includes(pinnedDemuxer(format)) ? 0 : LEAD_SECONDS;

/**
 * Leaves the clip of a picture ("trim") or a sound ("atrim"), whose times then count from the clip's beginning. ffmpeg's
 * `-ss` and `-t` alone give a stream that begins after the clip as many seconds as one that begins with it.
 */
export function clipFilters(clip: Clip | null, filter: "trim" | "atrim"): string[] {
  if (clip === null) return [];
  const { leadSeconds: lead, durationSeconds } = clip;
  const steady = filter === "trim" ? clip.steady : undefined;
  const length = steady?.endSeconds ?? durationSeconds;
  const ends = [
    ...(lead > 0 ? [`start=${rounded(lead)}`] : []),
    ...(length === null ? [] : [`end=${rounded(lead + length)}`]),
  ];
  const clock = filter === "trim" ? "setpts" : "asetpts";
  return [
    ...(steady ? [`fps=${steady.fps}`] : []),
    // The frame after one that stays may lie behind what is read.
    ...(steady && steady.endSeconds !== null
      ? [`tpad=stop_mode=clone:stop_duration=${rounded(steady.longestSeconds)}`]
      : []),
    ...(ends.length > 0 ? [`${filter}=${ends.join(":")}`] : []),
    ...(lead > 0 ? [`${clock}=PTS-${rounded(lead)}/TB`] : []),
  ];
}

/** Whether any of a stream lies in the clip, as far as the source tells. */
export function isInClip(stream: VideoStream | AudioStream, media: MediaInfo, { clip }: EncodeSpec): boolean {
  if (!clip) return true;
  const begins = stream.startSeconds - media.startSeconds;
  const ends = stream.durationSeconds === null ? Infinity : begins + stream.durationSeconds;
  return begins < (clipEnd(clip) ?? Infinity) && ends > clip.startSeconds;
}

/** Why nothing of a stream that is needed lies in the clip. */
export function outsideOfClip(
  stream: VideoStream | AudioStream,
  media: MediaInfo,
  { clip }: EncodeSpec,
): FailureError {
  const begins = stream.startSeconds - media.startSeconds;
  const end = formatSeconds(clipEnd(clip) ?? clip?.startSeconds ?? 0);
  if (stream.durationSeconds !== null && begins + stream.durationSeconds <= (clip?.startSeconds ?? 0))
    return new FailureError("CLIP_OUT_OF_RANGE", {
      duration: formatSeconds(begins + stream.durationSeconds),
      end,
    });
  const kind = "width" in stream ? "picture" : "sound";
  const reason = `the source's ${kind} begins at ${formatSeconds(begins)}, and the clip ends at ${end}`;
  return new FailureError("TEMPLATE_INVALID", { template: "", field: "clip", reason });
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;
