import * as z from "zod";

/** What lib/media/probe.ts measured in a file. Sizes in bytes, rates in bits per second, times in seconds. */

const chromaticity = z.tuple([z.int(), z.int()]);

/** SMPTE ST 2086: chromaticities x and y in 1/50000, luminances in 1/10000 cd/m². */
export const masteringDisplaySchema = z.object({
  red: chromaticity,
  green: chromaticity,
  blue: chromaticity,
  white: chromaticity,
  maxLuminance: z.int(),
  minLuminance: z.int(),
});
export type MasteringDisplay = z.infer<typeof masteringDisplaySchema>;

/** What an HDR picture says of the display that it was graded on, and of its light (CTA-861.3, in cd/m²). */
export const hdrMetadataSchema = z.object({
  mastering: masteringDisplaySchema.nullable(),
  contentLight: z.object({ maxCll: z.int(), maxFall: z.int() }).nullable(),
});
export type HdrMetadata = z.infer<typeof hdrMetadataSchema>;

export const framePaceSchema = z.object({
  /** Between two frames while the picture moves. */
  stepSeconds: z.number(),
  /** The longest that one frame stays. */
  longestSeconds: z.number(),
});
export type FramePace = z.infer<typeof framePaceSchema>;

export const videoStreamSchema = z.object({
  index: z.int(),
  codec: z.string(),
  profile: z.string().nullable(),
  level: z.int().nullable(),
  /** Coded size, before rotation and sample aspect. */
  codedWidth: z.int(),
  codedHeight: z.int(),
  /** Size as shown: rotated, square pixels. */
  width: z.int(),
  height: z.int(),
  rotation: z.int(),
  sampleAspect: z.string().nullable(),
  pixelFormat: z.string().nullable(),
  bitDepth: z.int(),
  frameRate: z.number().nullable(),
  isVariableFrameRate: z.boolean(),
  /** Absent where the times of the frames were not read, and of all but the first picture. */
  pace: framePaceSchema.optional(),
  frameCount: z.int().nullable(),
  bitRate: z.int().nullable(),
  durationSeconds: z.number().nullable(),
  startSeconds: z.number(),
  fieldOrder: z.string().nullable(),
  colorPrimaries: z.string().nullable(),
  colorTransfer: z.string().nullable(),
  colorSpace: z.string().nullable(),
  colorRange: z.string().nullable(),
  /** null, "HDR10", "HLG" or "Dolby Vision". */
  hdr: z.string().nullable(),
  /** Absent where there is none, and in what was measured before it was looked for. */
  hdrMetadata: hdrMetadataSchema.optional(),
  language: z.string().nullable(),
});
export type VideoStream = z.infer<typeof videoStreamSchema>;

export const audioStreamSchema = z.object({
  index: z.int(),
  codec: z.string(),
  profile: z.string().nullable(),
  sampleRate: z.int(),
  channels: z.int(),
  channelLayout: z.string().nullable(),
  bitRate: z.int().nullable(),
  durationSeconds: z.number().nullable(),
  startSeconds: z.number(),
  language: z.string().nullable(),
  title: z.string().nullable(),
  isDefault: z.boolean(),
});
export type AudioStream = z.infer<typeof audioStreamSchema>;

/** What a file says of its subtitles that players go by, in ffmpeg's words. */
export const SUBTITLE_DISPOSITIONS = ["default", "forced", "hearing_impaired"] as const;

export const subtitleStreamSchema = z.object({
  index: z.int(),
  codec: z.string(),
  language: z.string().nullable(),
  title: z.string().nullable(),
  /** Absent where there is none, and in what was measured before it was looked for. */
  disposition: z.array(z.enum(SUBTITLE_DISPOSITIONS)).optional(),
});
export type SubtitleStream = z.infer<typeof subtitleStreamSchema>;

export const mediaInfoSchema = z.object({
  /** ffprobe's format_name, e.g. "mov,mp4,m4a,3gp,3g2,mj2". */
  format: z.string(),
  /** Human name of the container, e.g. "MP4". */
  container: z.string(),
  sizeBytes: z.int(),
  durationSeconds: z.number().nullable(),
  startSeconds: z.number(),
  bitRate: z.int().nullable(),
  video: z.array(videoStreamSchema),
  audio: z.array(audioStreamSchema),
  subtitles: z.array(subtitleStreamSchema),
  /** Attached pictures and data tracks that encoding leaves out, e.g. "cover art (mjpeg)". */
  ignoredStreams: z.array(z.string()),
});
export type MediaInfo = z.infer<typeof mediaInfoSchema>;

/** Something the operator should know before or after encoding; worded by the catalogues under `warnings.{code}`. */
export const mediaWarningSchema = z.object({
  code: z.enum([
    "hdr_to_sdr",
    "hdr_metadata_lost",
    "rung_skipped",
    "size_capped",
    "variable_frame_rate",
    "interlaced",
    "rotated",
    "no_audio",
    "non_square_pixels",
    "odd_size",
    "audio_downmixed",
    "audio_channels_picked",
    "sample_rate_changed",
    "stream_ignored",
    "frame_rate_capped",
    "frame_rate_made_constant",
    "stream_copied",
    "not_copied",
    "rung_too_small",
    "interlaced_kept",
    "no_audio_in_clip",
    "subtitle_not_text",
    "no_subtitles",
    "loudness_missed",
    "loudness_compressed",
    "source_damaged",
    "duration_unknown",
    "clip_shortened",
  ]),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type MediaWarning = z.infer<typeof mediaWarningSchema>;
