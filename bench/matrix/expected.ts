import type { MatrixSource } from "./sources.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";

/** What has to come out of a source with a template, from the source's facts and the template's words alone. */
export type Expected = {
  seconds: number;
  video: {
    /** ffprobe's name. */
    codec: string;
    /** Best first. */
    sizes: readonly string[];
    frames: number;
    /** The rate was made constant: a frame more or less. */
    isRough: boolean;
    bitDepth: 8 | 10 | null;
    /** ffprobe's name of the pixels; null: any. */
    pixels: string | null;
    transfer: string | null;
    /** Whether the mastering display and the light levels of the HDR source have to be in it. */
    holdsHdrMetadata: boolean;
    fieldOrder: string;
    isCopy: boolean;
  } | null;
  audio: { codec: string; channels: number; hertz: number; language?: string }[];
  /** Rates of the sound between which a player chooses, in sound alone. */
  soundRates: number;
  subtitles: number;
};

const FFPROBE_NAMES: Record<string, string> = { h265: "hevc", pcm: "pcm_s16le" };
const ffprobeName = (codec: string) => FFPROBE_NAMES[codec] ?? codec;

/** The failure code that a template has to end with for a source, or null when it has to succeed. */
export function expectedFailure(source: MatrixSource, spec: EncodeSpec): string | null {
  if (spec.video !== null && source.video === null) return "INPUT_NO_VIDEO";
  // Matroska as ffmpeg 5.1 writes it does not know turned pictures.
  if (spec.video?.codec === "copy" && source.video?.isTurned === true) return "TEMPLATE_INVALID";
  if (spec.video === null && source.audio.length === 0) return "INPUT_NO_AUDIO";
  return null;
}

/** For pairs without an {@link expectedFailure}. */
export function expectedResult(source: MatrixSource, spec: EncodeSpec): Expected {
  return {
    seconds: Math.min(source.seconds, spec.clip?.maxSeconds ?? Infinity),
    video: spec.video && videoOf(source, spec.video, spec.clip),
    audio: spec.audio ? audioOf(source, spec.audio) : [],
    soundRates: 1 + (spec.audio?.variantsKbps?.length ?? 0),
    subtitles: spec.subtitles === "carry" ? source.subtitles : 0,
  };
}

function videoOf(
  { video, seconds }: MatrixSource,
  wanted: NonNullable<EncodeSpec["video"]>,
  clip: EncodeSpec["clip"],
): Expected["video"] {
  if (video === null) throw new Error("the source has no picture");
  const hdrTransfer = video.isHdr === true ? "smpte2084" : null;
  if (wanted.codec === "copy") {
    return {
      codec: video.own.codec,
      sizes: [video.own.size],
      frames: video.frames,
      isRough: false,
      bitDepth: null,
      pixels: null,
      transfer: hdrTransfer,
      holdsHdrMetadata: video.isHdr === true,
      fieldOrder: video.own.fieldOrder ?? "progressive",
      isCopy: true,
    };
  }
  const top = wanted.renditions[0]?.height;
  const boxes: Record<number, string> = { 2160: video.in2160, 720: video.in720, 270: video.in270 };
  const one = boxes[top ?? 0] ?? video.in1080;
  const isMoving = wanted.codec === "gif" || wanted.codec === "webp";
  const fps = wanted.frameRate.mode === "source" ? video.fps : Math.min(video.fps, wanted.frameRate.fps);
  const isMadeConstant =
    isMoving || (video.isVariable === true && (wanted.codec === "vp9" || wanted.codec === "av1"));
  return {
    codec: ffprobeName(wanted.codec),
    sizes: wanted.renditions.length > 1 ? video.ladder : [one],
    frames: isMadeConstant ? Math.round(Math.min(seconds, clip?.maxSeconds ?? Infinity) * fps) : video.frames,
    isRough: isMadeConstant,
    bitDepth: wanted.bitDepth,
    pixels: wanted.codec === "gif" ? "bgra" : wanted.bitDepth === 10 ? "yuv420p10le" : "yuv420p",
    // GIF and WebP have no place for it.
    transfer: isMoving ? null : hdrTransfer !== null && wanted.hdr === "to_sdr" ? "bt709" : hdrTransfer,
    holdsHdrMetadata: video.isHdr === true && wanted.hdr === "keep" && wanted.codec !== "vp9",
    fieldOrder: "progressive",
    isCopy: false,
  };
}

function audioOf(source: MatrixSource, wanted: NonNullable<EncodeSpec["audio"]>): Expected["audio"] {
  const chosen = source.audio.filter((_, index) => wanted.tracks === "all" || index === source.chosen);
  return chosen.map(({ channels, hertz, language }) => ({
    codec: wanted.codec === "copy" ? "any" : ffprobeName(wanted.codec),
    // Mono becomes stereo where stereo is asked for.
    channels: wanted.channels === "source" ? channels : wanted.channels,
    hertz,
    ...(language !== undefined && { language }),
  }));
}
