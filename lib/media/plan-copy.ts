import type { AudioSpec, EncodeSpec, Rendition, VideoSpec } from "#lib/media/encode-spec.ts";
import { HOLDS } from "#lib/media/fits.ts";
import { pinnedDemuxer } from "#lib/media/input-args.ts";
import type { AudioStream, MediaInfo, VideoStream } from "#lib/media/media-info.ts";

/** Why a stream is encoded again although the template would have taken it over; worded by `warnings.not_copied`. */
export type CopyObstacle =
  "codec" | "profile" | "level" | "size" | "pixels" | "frames" | "times" | "rate" | "channels" | "edit";

const FFMPEG_NAMES: Record<string, string> = { h265: "hevc", pcm: "pcm_s16le" };
const H264_PROFILES = ["Constrained Baseline", "Baseline", "Main", "High"];
const H264_ORDER: Record<string, number> = { baseline: 1, main: 2, high: 3 };

/** These tell, if anything, in which order frames are decoded. */
const UNTIMED = ["avi", "h264", "hevc"];

/**
 * Whether nothing but a decoder finds out when the source's frames are shown. Copied, they would be shown in the order in
 * which they are stored: ffmpeg's `genpts` is wrong for frames that are shown in another order and referred to as well.
 */
export const isUntimed = ({ format }: MediaInfo, { codec }: VideoStream): boolean =>
  UNTIMED.includes(pinnedDemuxer(format) ?? "") && (codec === "h264" || codec === "hevc");

/** What stands against taking the source's picture over as it is; null when it already is what the template asks for. */
export function videoCopyObstacle(
  source: VideoStream,
  spec: EncodeSpec,
  wanted: VideoSpec,
  rendition: Rendition,
  box: { width: number; height: number },
): CopyObstacle | null {
  if (isEdited(spec) || wanted.denoise !== "off" || wanted.sharpen !== "off") return "edit";
  if (source.codec !== (FFMPEG_NAMES[wanted.codec] ?? wanted.codec)) return "codec";
  if (source.rotation !== 0 || source.sampleAspect !== null) return "pixels";
  if (source.pixelFormat !== (wanted.bitDepth === 10 ? "yuv420p10le" : "yuv420p")) return "pixels";
  if (source.hdr !== null && wanted.hdr === "to_sdr") return "pixels";
  if (isInterlaced(source) || wanted.deinterlace === "always") return "pixels";
  if (source.width > box.width || source.height > box.height) return "size";
  if (!isProfileWithin(source, rendition.profile)) return "profile";
  if (rendition.level !== undefined && !isLevelWithin(source, rendition.level)) return "level";
  if (!isRateWithin(source, wanted)) return "frames";
  const { rateControl } = rendition;
  const cap = rateControl.mode === "cbr" ? rateControl.kbps : (rateControl.maxKbps ?? kbpsOf(rateControl));
  if (cap !== null && (source.bitRate === null || source.bitRate > cap * 1000)) return "rate";
  return null;
}

/** The same for sound. */
export function audioCopyObstacle(
  source: AudioStream,
  spec: EncodeSpec,
  wanted: AudioSpec,
): CopyObstacle | null {
  if (spec.clip || spec.fade || wanted.loudness) return "edit";
  if (source.codec !== (FFMPEG_NAMES[wanted.codec] ?? wanted.codec)) return "codec";
  if (wanted.codec === "aac" && source.profile !== "LC") return "profile";
  if (wanted.channels !== "source" && source.channels !== wanted.channels) return "channels";
  if (wanted.sampleRate !== "source" && source.sampleRate !== wanted.sampleRate) return "rate";
  const isLossless = wanted.codec === "flac" || wanted.codec === "pcm";
  if (!isLossless && (source.bitRate === null || source.bitRate > wanted.kbps * 1100)) return "rate";
  return null;
}

/** Whether the container of a template with the codec "copy" can hold what the source has. */
export function canHold(spec: EncodeSpec, kind: "video" | "audio", codec: string): boolean {
  const held = HOLDS[spec.container]?.[kind];
  return held === null || (held?.includes(codec) ?? false);
}

export const isInterlaced = (source: VideoStream): boolean =>
  ["tt", "bb", "tb", "bt"].includes(source.fieldOrder ?? "");

const isEdited = (spec: EncodeSpec): boolean =>
  spec.clip !== undefined ||
  spec.crop !== undefined ||
  spec.pad !== undefined ||
  spec.rotate !== undefined ||
  spec.fade !== undefined ||
  spec.watermarks.length > 0 ||
  spec.subtitles === "burn";

function isProfileWithin(source: VideoStream, profile: Rendition["profile"]): boolean {
  if (source.codec === "h264") {
    const has = H264_PROFILES.indexOf(source.profile ?? "");
    const most = profile === undefined ? 3 : (H264_ORDER[profile] ?? 3);
    return profile === "high10" ? source.profile === "High 10" : has >= 0 && has <= most;
  }
  return true;
}

/** ffprobe's levels: 41 is 4.1 in H.264, 123 is 4.1 in HEVC. */
function isLevelWithin(source: VideoStream, level: string): boolean {
  if (source.level === null) return false;
  const most = Math.round(Number(level) * (source.codec === "hevc" ? 30 : 10));
  return source.level <= most;
}

function isRateWithin(source: VideoStream, { frameRate }: VideoSpec): boolean {
  if (frameRate.mode === "source") return true;
  if (source.frameRate === null || source.isVariableFrameRate) return false;
  return frameRate.mode === "cap"
    ? source.frameRate <= frameRate.fps * 1.001
    : Math.abs(source.frameRate - frameRate.fps) < 0.01;
}

const kbpsOf = (rateControl: Rendition["rateControl"]): number | null =>
  "kbps" in rateControl ? rateControl.kbps : null;
