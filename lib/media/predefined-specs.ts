import type { EncodeSpec } from "#lib/media/encode-spec.ts";

export type PredefinedSpec = { name: string; description: string; spec: EncodeSpec };

/**
 * The four rungs of the H.264 ladders. Quality is constant (CRF), so an easy picture costs less; the caps are what a
 * player may have to sustain. About what Apple's authoring guide and the vendors' default ladders use.
 */
const H264_LADDER: NonNullable<EncodeSpec["video"]>["renditions"] = [
  {
    name: "1080p",
    width: 1920,
    height: 1080,
    profile: "high",
    rateControl: { mode: "crf", crf: 23, maxKbps: 5000 },
  },
  {
    name: "720p",
    width: 1280,
    height: 720,
    profile: "high",
    rateControl: { mode: "crf", crf: 23, maxKbps: 2800 },
  },
  {
    name: "480p",
    width: 854,
    height: 480,
    profile: "high",
    rateControl: { mode: "crf", crf: 23, maxKbps: 1400 },
  },
  {
    name: "360p",
    width: 640,
    height: 360,
    profile: "main",
    rateControl: { mode: "crf", crf: 23, maxKbps: 800 },
  },
];

const VIDEO = {
  preset: "veryfast",
  bitDepth: 8,
  gopSeconds: 2,
  frameRate: { mode: "cap", fps: 60 },
  deinterlace: "auto",
  hdr: "to_sdr",
  denoise: "off",
  sharpen: "off",
} as const satisfies Partial<EncodeSpec["video"]>;

const AAC = { codec: "aac", kbps: 128, channels: 2, sampleRate: 48000, tracks: "default" } as const;

const NOTHING_ELSE = { watermarks: [], subtitles: "drop", metadata: "drop" } satisfies Partial<EncodeSpec>;

/** The templates that every project starts with. Names are part of the product: programs refer to them. */
export const PREDEFINED_SPECS: readonly PredefinedSpec[] = [
  {
    name: "System_MP4_H264",
    description: "MP4 with H.264 up to 1080p and AAC stereo. Plays everywhere; starts before it has loaded.",
    spec: {
      container: "mp4",
      video: {
        ...VIDEO,
        codec: "h264",
        renditions: [
          {
            name: "1080p",
            width: 1920,
            height: 1080,
            profile: "high",
            rateControl: { mode: "crf", crf: 23, maxKbps: 6000 },
          },
        ],
      },
      audio: { ...AAC },
      ...NOTHING_ELSE,
    },
  },
  {
    name: "System_HLS_H264",
    description:
      "HLS for adaptive streaming: H.264 at 1080p, 720p, 480p and 360p, never above the source, AAC stereo.",
    spec: {
      container: "hls",
      video: { ...VIDEO, codec: "h264", renditions: H264_LADDER },
      audio: { ...AAC },
      segments: { seconds: 6, format: "fmp4", byteRange: false },
      ...NOTHING_ELSE,
    },
  },
  {
    name: "System_DASH_MP4_H264",
    description:
      "MPEG-DASH for adaptive streaming: H.264 at 1080p, 720p, 480p and 360p, never above the source, AAC stereo.",
    spec: {
      container: "dash",
      video: { ...VIDEO, codec: "h264", renditions: H264_LADDER },
      audio: { ...AAC },
      segments: { seconds: 6, format: "fmp4", byteRange: false },
      ...NOTHING_ELSE,
    },
  },
  {
    name: "System_MP4_H265",
    description:
      "MP4 with H.265 (HEVC) up to 1080p and AAC stereo. Smaller files; plays on Apple devices and newer hardware.",
    spec: {
      container: "mp4",
      video: {
        ...VIDEO,
        codec: "h265",
        renditions: [
          {
            name: "1080p",
            width: 1920,
            height: 1080,
            profile: "main",
            rateControl: { mode: "crf", crf: 26, maxKbps: 4000 },
          },
        ],
      },
      audio: { ...AAC },
      ...NOTHING_ELSE,
    },
  },
  {
    name: "System_Audio_AAC",
    description: "The sound alone: M4A with AAC stereo at 128 kbit/s.",
    spec: { container: "m4a", video: null, audio: { ...AAC }, ...NOTHING_ELSE },
  },
];
