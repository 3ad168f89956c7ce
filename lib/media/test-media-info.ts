import type { Capabilities } from "#lib/media/capabilities.ts";
import { AUDIO_ENCODERS, FILTERS, MUXERS, SUBTITLE_ENCODER, VIDEO_ENCODERS } from "#lib/media/fits.ts";
import type { AudioStream, MediaInfo, VideoStream } from "#lib/media/media-info.ts";
import { IMAGE_DECODERS } from "#lib/media/watermark-image.ts";

/** Media facts for tests of pure rules: an ordinary file, changed where a test needs it. */

export function videoStream(changes: Partial<VideoStream> = {}): VideoStream {
  return {
    index: 0,
    codec: "h264",
    profile: "High",
    level: 40,
    codedWidth: changes.width ?? 1920,
    codedHeight: changes.height ?? 1080,
    width: 1920,
    height: 1080,
    rotation: 0,
    sampleAspect: null,
    pixelFormat: "yuv420p",
    bitDepth: 8,
    frameRate: 25,
    isVariableFrameRate: false,
    frameCount: 250,
    bitRate: 4_000_000,
    durationSeconds: 10,
    startSeconds: 0,
    fieldOrder: "progressive",
    colorPrimaries: null,
    colorTransfer: null,
    colorSpace: null,
    colorRange: null,
    hdr: null,
    language: null,
    ...changes,
  };
}

export function audioStream(changes: Partial<AudioStream> = {}): AudioStream {
  return {
    index: 1,
    codec: "aac",
    profile: "LC",
    sampleRate: 48000,
    channels: 2,
    channelLayout: "stereo",
    bitRate: 128_000,
    durationSeconds: 10,
    startSeconds: 0,
    language: null,
    title: null,
    isDefault: true,
    ...changes,
  };
}

export function mediaInfo(changes: Partial<MediaInfo> = {}): MediaInfo {
  return {
    format: "mov,mp4,m4a,3gp,3g2,mj2",
    container: "MP4",
    sizeBytes: 5_000_000,
    durationSeconds: 10,
    startSeconds: 0,
    bitRate: 4_100_000,
    video: [videoStream()],
    audio: [audioStream()],
    subtitles: [],
    ignoredStreams: [],
    ...changes,
  };
}

export const CAPABILITIES: Capabilities = {
  ffmpegVersion: "5.1.9",
  encoders: [...Object.values(VIDEO_ENCODERS), ...Object.values(AUDIO_ENCODERS), SUBTITLE_ENCODER],
  decoders: ["h264", "hevc", "vp9", "mpeg2video", "aac", "ac3", "mp3", "opus", ...IMAGE_DECODERS],
  filters: [...FILTERS],
  muxers: [...Object.values(MUXERS), "hls"],
};
