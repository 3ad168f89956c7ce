import type { AUDIO_CODECS, Container, Rendition, VIDEO_CODECS } from "#lib/media/encode-spec.ts";

export type VideoCodec = (typeof VIDEO_CODECS)[number];
export type AudioCodec = (typeof AUDIO_CODECS)[number];
type Profile = NonNullable<Rendition["profile"]>;

/** What goes into which container, of what the engine makes. Containers that are not here are not made yet. */
export const FITS: Partial<
  Record<Container, { video: readonly VideoCodec[]; audio: readonly AudioCodec[] }>
> = {
  mp4: { video: ["h264", "h265", "av1", "vp9", "copy"], audio: ["aac", "mp3", "ac3", "opus", "copy"] },
  fmp4: { video: ["h264", "h265", "av1", "vp9", "copy"], audio: ["aac", "mp3", "ac3", "opus", "copy"] },
  mov: { video: ["h264", "h265", "copy"], audio: ["aac", "mp3", "ac3", "pcm", "copy"] },
  mkv: {
    video: ["h264", "h265", "vp9", "av1", "copy"],
    audio: ["aac", "mp3", "opus", "ac3", "flac", "pcm", "copy"],
  },
  webm: { video: ["vp9", "av1", "copy"], audio: ["opus", "copy"] },
  ts: { video: ["h264", "h265", "copy"], audio: ["aac", "mp3", "ac3", "copy"] },
  flv: { video: ["h264", "copy"], audio: ["aac", "copy"] },
  hls: { video: ["h264", "h265", "av1"], audio: ["aac", "ac3"] },
  dash: { video: ["h264", "h265", "av1", "vp9"], audio: ["aac", "ac3", "opus"] },
  cmaf: { video: ["h264", "h265", "av1"], audio: ["aac", "ac3"] },
  m4a: { video: [], audio: ["aac", "copy"] },
  mp3: { video: [], audio: ["mp3", "copy"] },
  ogg: { video: [], audio: ["opus", "flac", "copy"] },
  flac: { video: [], audio: ["flac", "copy"] },
  wav: { video: [], audio: ["pcm", "copy"] },
  gif: { video: ["gif"], audio: [] },
  webp: { video: ["webp"], audio: [] },
};

/** ffmpeg's codec names that a container takes over as they are; null: whatever the source has. */
export const HOLDS: Partial<
  Record<Container, { video: readonly string[] | null; audio: readonly string[] | null }>
> = {
  mp4: { video: ["h264", "hevc", "av1", "vp9"], audio: ["aac", "mp3", "ac3", "eac3", "opus", "alac"] },
  fmp4: { video: ["h264", "hevc", "av1", "vp9"], audio: ["aac", "mp3", "ac3", "eac3", "opus", "alac"] },
  mov: {
    video: ["h264", "hevc", "prores", "mjpeg"],
    audio: ["aac", "mp3", "ac3", "alac", "pcm_s16le", "pcm_s24le"],
  },
  mkv: { video: null, audio: null },
  webm: { video: ["vp8", "vp9", "av1"], audio: ["opus", "vorbis"] },
  ts: { video: ["h264", "hevc", "mpeg2video"], audio: ["aac", "mp3", "mp2", "ac3", "eac3"] },
  flv: { video: ["h264"], audio: ["aac"] },
  m4a: { video: [], audio: ["aac", "alac"] },
  mp3: { video: [], audio: ["mp3"] },
  ogg: { video: [], audio: ["opus", "vorbis", "flac"] },
  flac: { video: [], audio: ["flac"] },
  wav: { video: [], audio: ["pcm_s16le", "pcm_s24le"] },
};

/** Whether a file can say that its picture is shown turned; ffmpeg 5.1 drops this without a word from the others. */
export const holdsRotation = (container: Container): boolean =>
  container === "mp4" || container === "fmp4" || container === "mov";

/** Containers whose files are segments behind a playlist or a manifest. */
export const isSegmentedContainer = (container: Container): boolean =>
  container === "hls" || container === "dash" || container === "cmaf";

/** ffmpeg's encoder for each codec that the engine encodes. */
export const VIDEO_ENCODERS = {
  h264: "libx264",
  h265: "libx265",
  vp9: "libvpx-vp9",
  av1: "libsvtav1",
  gif: "gif",
  webp: "libwebp_anim",
} as const;

export const AUDIO_ENCODERS = {
  aac: "aac",
  mp3: "libmp3lame",
  opus: "libopus",
  ac3: "ac3",
  flac: "flac",
  pcm: "pcm_s16le",
} as const;

/** ffmpeg's muxer for each container. */
export const MUXERS = {
  mp4: "mp4",
  fmp4: "mp4",
  mov: "mov",
  mkv: "matroska",
  webm: "webm",
  ts: "mpegts",
  flv: "flv",
  hls: "dash",
  dash: "dash",
  cmaf: "dash",
  mp3: "mp3",
  m4a: "ipod",
  ogg: "ogg",
  flac: "flac",
  wav: "wav",
  gif: "gif",
  webp: "webp",
} as const satisfies Record<Container, string>;

/** Moving pictures without sound, for previews. */
export const isAnimation = (codec: string): boolean => codec === "gif" || codec === "webp";

/** The codecs whose frames have to come evenly: keyframes by count only, or times in hundredths of a second. */
export const isEvenlyPaced = (codec: string): boolean =>
  codec === "vp9" || codec === "av1" || isAnimation(codec);

/** The profiles that the engine can ask an encoder for; VP9 and AV1 take none. */
export function profilesOf(codec: VideoCodec, bitDepth: 8 | 10): readonly Profile[] {
  if (codec === "h264") return bitDepth === 10 ? ["high10"] : ["baseline", "main", "high"];
  if (codec === "h265") return bitDepth === 10 ? ["main10"] : ["main"];
  return [];
}

/** What an image watermark needs. */
export const IMAGE_FILTERS = ["overlay", "colorchannelmixer"] as const;

/** What burnt-in subtitles are written as first. */
export const SUBTITLE_ENCODER = "ass";

/** Filters that a plan may use, beside those that every build of ffmpeg has. */
export const FILTERS = [
  "scale",
  "bwdif",
  "fps",
  "crop",
  "transpose",
  "hflip",
  "vflip",
  "pad",
  "hqdn3d",
  "unsharp",
  "fade",
  "drawtext",
  ...IMAGE_FILTERS,
  "ass",
  "zscale",
  "tonemap",
  "loudnorm",
  "tile",
  "tpad",
  "trim",
  "select",
  "palettegen",
  "paletteuse",
  "ssim",
  "psnr",
] as const;
