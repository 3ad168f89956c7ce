import type { AudioStream, VideoStream } from "#lib/media/media-info.ts";

/** Short descriptions of streams, the same in every language. */

const CODEC_NAMES: Record<string, string> = {
  h264: "H.264",
  hevc: "HEVC",
  h265: "HEVC",
  av1: "AV1",
  vp8: "VP8",
  vp9: "VP9",
  mpeg1video: "MPEG-1",
  mpeg2video: "MPEG-2",
  mpeg4: "MPEG-4",
  prores: "ProRes",
  dnxhd: "DNxHD",
  mjpeg: "Motion JPEG",
  theora: "Theora",
  ffv1: "FFV1",
  aac: "AAC",
  opus: "Opus",
  vorbis: "Vorbis",
  mp3: "MP3",
  mp2: "MP2",
  ac3: "AC-3",
  eac3: "E-AC-3",
  dts: "DTS",
  flac: "FLAC",
  alac: "ALAC",
  truehd: "TrueHD",
  pcm: "PCM",
  gif: "GIF",
  webp: "WebP",
  copy: "copy",
};

/** ffmpeg's codec name as people write it: "hevc" → "HEVC". */
export function codecName(codec: string): string {
  return CODEC_NAMES[codec] ?? (codec.startsWith("pcm_") ? "PCM" : codec);
}

/** "HEVC Main 10". */
export function videoCodecFact(video: Pick<VideoStream, "codec" | "profile">): string {
  return video.profile === null ? codecName(video.codec) : `${codecName(video.codec)} ${video.profile}`;
}

/** "3840×2160 · 25 fps", the rate with at most three decimals. */
export function frameFact(video: Pick<VideoStream, "width" | "height" | "frameRate">): string {
  const size = `${video.width}×${video.height}`;
  return video.frameRate === null ? size : `${size} · ${Number(video.frameRate.toFixed(3))} fps`;
}

/** "AAC 5.1 · eng"; the language only where the file names one. */
export function audioFact(audio: Pick<AudioStream, "codec" | "channels" | "language">): string {
  const name = `${codecName(audio.codec)} ${channelsFact(audio.channels)}`;
  return audio.language === null || audio.language === "und" ? name : `${name} · ${audio.language}`;
}

/** 6 → "5.1", 2 → "2.0"; above eight channels the bare count. */
export function channelsFact(channels: number): string {
  const layouts: Record<number, string> = {
    1: "1.0",
    2: "2.0",
    3: "2.1",
    4: "4.0",
    5: "5.0",
    6: "5.1",
    7: "6.1",
    8: "7.1",
  };
  return layouts[channels] ?? `${channels} ch`;
}

const CONTAINER_NAMES: Record<string, string> = {
  mp4: "MP4",
  fmp4: "fMP4",
  mov: "MOV",
  mkv: "MKV",
  webm: "WebM",
  ts: "MPEG-TS",
  flv: "FLV",
  hls: "HLS",
  dash: "DASH",
  cmaf: "CMAF",
  mp3: "MP3",
  m4a: "M4A",
  ogg: "Ogg",
  flac: "FLAC",
  wav: "WAV",
  gif: "GIF",
  webp: "WebP",
};

/** A template's container as people write it: "hls" → "HLS". */
export function containerName(container: string): string {
  return CONTAINER_NAMES[container] ?? container;
}
