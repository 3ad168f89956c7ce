import type { EncodeSpec, VideoSpec } from "#lib/media/encode-spec.ts";
import { isEvenlyPaced, isSegmentedContainer } from "#lib/media/fits.ts";
import { isHeld, movingRate } from "#lib/media/held-frames.ts";
import { clipEnd, steadyRate } from "#lib/media/plan-clip.ts";
import type { MediaInfo, MediaWarning, VideoStream } from "#lib/media/media-info.ts";
import { isInterlaced } from "#lib/media/plan-copy.ts";

/**
 * Deinterlacing and frame rate: filters that come before scaling, and the rate that results. H.264 and H.265 keep the
 * timing of a source whose rate varies, but for fragments when a frame stays for long: those are cut at frames, and know no
 * time between them. VP9 and AV1 get a constant rate, since their keyframes come by count.
 */
export function planFrames(
  source: VideoStream,
  spec: EncodeSpec,
  wanted: VideoSpec,
  warnings: MediaWarning[],
): { filters: string[]; frameRate: number | null } {
  const filters: string[] = [];
  if (wanted.deinterlace === "always") filters.push("bwdif=mode=send_frame:deint=all");
  else if (wanted.deinterlace === "auto" && isInterlaced(source))
    filters.push("bwdif=mode=send_frame:deint=interlaced");
  const code = wanted.deinterlace === "off" ? "interlaced_kept" : "interlaced";
  if (isInterlaced(source)) warnings.push({ code, params: { order: source.fieldOrder ?? "" } });

  const steady = steadyRate(source, spec);
  const rate = steady ?? source.frameRate;
  const end = clipEnd(spec.clip);
  const clipLength = end === undefined ? null : round2(end - (spec.clip?.startSeconds ?? 0));
  // What was repeated and cut off still tells the filter of the rate when the source ends.
  const cut = steady !== null && clipLength !== null ? [`trim=end=${clipLength}`] : [];
  if (wanted.frameRate.mode === "fixed") {
    filters.push(evenly(wanted.frameRate.fps, source), ...cut);
    return { filters, frameRate: wanted.frameRate.fps };
  }
  if (wanted.frameRate.mode === "cap" && rate !== null && rate > wanted.frameRate.fps * 1.001) {
    filters.push(evenly(wanted.frameRate.fps, source), ...cut);
    warnings.push({ code: "frame_rate_capped", params: { from: round2(rate), to: wanted.frameRate.fps } });
    return { filters, frameRate: wanted.frameRate.fps };
  }
  if (steady !== null) {
    warnings.push({ code: "frame_rate_made_constant", params: { fps: round2(steady) } });
    return { filters, frameRate: steady };
  }
  const isCut = isSegmentedContainer(spec.container) || spec.container === "fmp4";
  if ((source.isVariableFrameRate || isHeld(source)) && rate !== null) {
    if (!isEvenlyPaced(wanted.codec) && !(isCut && isHeld(source))) {
      if (source.isVariableFrameRate)
        warnings.push({ code: "variable_frame_rate", params: { fps: round2(rate) } });
      return { filters, frameRate: rate };
    }
    const most = wanted.frameRate.mode === "cap" ? wanted.frameRate.fps : Infinity;
    const fps = Math.min(movingRate(source) ?? round2(rate), most);
    warnings.push({ code: "frame_rate_made_constant", params: { fps: round2(fps) } });
    filters.push(evenly(fps, source));
    return { filters, frameRate: fps };
  }
  const least =
    wanted.frameRate.mode === "cap" ? Math.min(LEAST_CLIPPED_RATE, wanted.frameRate.fps) : LEAST_CLIPPED_RATE;
  if (clipLength !== null && rate !== null && rate < least) {
    filters.push(`fps=${least}`, `trim=end=${clipLength}`);
    return { filters, frameRate: least };
  }
  return { filters, frameRate: rate };
}

/** A clip's last picture stays as long as in the source: of slower ones it would go on well after the clip's end. */
const LEAST_CLIPPED_RATE = 2;

/** A source that is over sooner than one such frame would be rounded to none. */
const evenly = (fps: number, { durationSeconds }: VideoStream) =>
  `fps=${fps}${durationSeconds !== null && durationSeconds * fps < 1 ? ":round=up" : ""}`;

/** Pictures a second; two of a faster source are shorter than a segment's sound is missed by anybody. */
const LEAST_REORDERED_RATE = 10;

/**
 * A picture that others are made from is sent up to two pictures early. Segments of a transport stream are cut where their
 * first picture is sent: with slow pictures, or one that stays for long, the sound of a segment would lie in later ones.
 */
export function isSentInOrder(
  source: VideoStream,
  { container, segments }: EncodeSpec,
  frameRate: number | null,
  filters: readonly string[],
): boolean {
  if (container !== "hls" || segments?.format !== "ts") return false;
  const isMadeConstant = filters.some((filter) => filter.startsWith("fps="));
  return (source.isVariableFrameRate && !isMadeConstant) || (frameRate ?? 0) < LEAST_REORDERED_RATE;
}

const isFragmented = ({ container, segments }: EncodeSpec): boolean =>
  ["dash", "cmaf", "fmp4"].includes(container) || (container === "hls" && segments?.format !== "ts");

/** A picture that begins less than this after the sound is not filled up: a frame of 25 a second, which nobody sees. */
const LEAST_LATE_SECONDS = 0.04;

/**
 * Fragments begin at zero with their first frame, and playlists count the pictures' time alone: what the sound is ahead of
 * the picture would be lost. There the first frame is shown from the beginning. Files say themselves when a stream begins.
 */
export function planLeadIn(media: MediaInfo, source: VideoStream, spec: EncodeSpec): string[] {
  const isSegmented = isSegmentedContainer(spec.container) || spec.container === "fmp4";
  const late = source.startSeconds - media.startSeconds - (spec.clip?.startSeconds ?? 0);
  if (!isSegmented || late < LEAST_LATE_SECONDS) return [];
  return ["setpts=PTS-STARTPTS", `tpad=start_duration=${late.toFixed(3)}:start_mode=clone`];
}

/** The last picture of a hold: as long as one of 25 a second. */
const LAST_SECONDS = 0.04;

/**
 * ffmpeg shows a last picture for as long as those before it, whatever the source says. Without a sound that goes on, one
 * that stays for long would be cut off with the end: it is shown a second time where the source ends. Counted from all of
 * the source's frames, so that a source that breaks off still ends too early. Not in fragments, whose muxer does not fill
 * the time between two that are far apart.
 */
export function planHold(media: MediaInfo, spec: EncodeSpec, before: readonly string[]): string[] {
  const [source] = media.video;
  const { isVariableFrameRate = false, frameCount = null, durationSeconds = null } = source ?? {};
  const hasSound = spec.audio !== null && media.audio.length > 0;
  if (!isVariableFrameRate || hasSound || spec.clip || before.some((filter) => /^(fps|tpad)=/.test(filter)))
    return [];
  if (frameCount === null || durationSeconds === null || isFragmented(spec)) return [];
  const at = Math.max(0, durationSeconds - LAST_SECONDS).toFixed(3);
  return ["tpad=stop=1:stop_mode=clone", `setpts=if(eq(N\\,${frameCount})\\,max(PTS\\,${at}/TB)\\,PTS)`];
}

const round2 = (value: number) => Math.round(value * 100) / 100;
