import * as z from "zod";
import { MOST_DATA_CHARACTERS } from "#lib/media/watermark-image.ts";

/**
 * What a template says: one zod schema for the form, the API, the database and the dialects' maps.
 *
 * The shape can express what the five dialects and MediaConvert-class services ask for; what this version's engine does
 * not do yet is refused by name in `unsupportedOptions` (unsupported-options.ts), at template creation and at task
 * creation, and so is a key that does not exist; nothing is silently ignored. Bit rates in kbit/s, times in seconds, sizes in pixels.
 */

export const CONTAINERS = [
  "mp4",
  "fmp4",
  "mov",
  "mkv",
  "webm",
  "ts",
  "flv",
  "hls",
  "dash",
  "cmaf",
  "mp3",
  "m4a",
  "ogg",
  "flac",
  "wav",
  "gif",
  "webp",
] as const;
export type Container = (typeof CONTAINERS)[number];

export const VIDEO_CODECS = ["h264", "h265", "vp9", "av1", "gif", "webp", "copy"] as const;
export const AUDIO_CODECS = ["aac", "opus", "mp3", "ac3", "flac", "pcm", "copy"] as const;

const kbps = z.int().min(8).max(200_000);
const size = z.int().min(16).max(8192);

/**
 * How a picture meets a rendition's width and height; never enlarged.
 * `fit`: inside the box, which is turned for a portrait source; `box`: inside it as it is; `long_side`, `short_side`: the
 * width limits the longer, the height the shorter side; `fill`: the box's shape, what sticks out of it is cut off;
 * `stretch`: each side by itself.
 */
export const SCALES = ["fit", "box", "long_side", "short_side", "fill", "stretch"] as const;

export const rateControlSchema = z.discriminatedUnion("mode", [
  /** Constant quality; `maxKbps` caps the peaks (VBV buffer = bufferKbits, or 1.5 × maxKbps). */
  z.strictObject({
    mode: z.literal("crf"),
    crf: z.number().min(0).max(63),
    maxKbps: kbps.optional(),
    bufferKbits: kbps.optional(),
  }),
  z.strictObject({
    mode: z.literal("vbr"),
    kbps,
    maxKbps: kbps.optional(),
    bufferKbits: kbps.optional(),
    twoPass: z.boolean().default(false),
  }),
  z.strictObject({ mode: z.literal("cbr"), kbps }),
]);
export type RateControl = z.infer<typeof rateControlSchema>;

export const renditionSchema = z.strictObject({
  /** Label, e.g. "720p"; unique inside the template. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, "1 to 32 letters, digits, dots, dashes or underscores"),
  /** Box to fit into, never upscaled; how is `video.scale`. Neither = source size. */
  width: size.optional(),
  height: size.optional(),
  rateControl: rateControlSchema,
  profile: z.enum(["baseline", "main", "high", "high10", "main10"]).optional(),
  level: z
    .string()
    .regex(/^\d(\.\d)?$/)
    .optional(),
});
export type Rendition = z.infer<typeof renditionSchema>;

export const videoSpecSchema = z.strictObject({
  codec: z.enum(VIDEO_CODECS),
  preset: z
    .enum(["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"])
    .default("veryfast"),
  tune: z.enum(["film", "animation", "grain", "stillimage"]).optional(),
  bitDepth: z.union([z.literal(8), z.literal(10)]).default(8),
  /** "fit" unless told. */
  scale: z.enum(SCALES).optional(),
  /** Keyframe distance; in segmented containers it must divide the segment. */
  gopSeconds: z.number().min(0.2).max(20).default(2),
  frameRate: z
    .discriminatedUnion("mode", [
      z.strictObject({ mode: z.literal("source") }),
      z.strictObject({ mode: z.literal("cap"), fps: z.number().min(1).max(120) }),
      z.strictObject({ mode: z.literal("fixed"), fps: z.number().min(1).max(120) }),
    ])
    .default({ mode: "cap", fps: 60 }),
  deinterlace: z.enum(["auto", "off", "always"]).default("auto"),
  hdr: z.enum(["to_sdr", "keep"]).default("to_sdr"),
  /** Take the source's stream as it is, not encoded again, when it already is what this template asks for. */
  copyWhenPossible: z.boolean().optional(),
  denoise: z.enum(["off", "light", "medium", "strong"]).default("off"),
  sharpen: z.enum(["off", "light", "medium", "strong"]).default("off"),
  /**
   * Highest first. More than one only in hls, dash and cmaf. With the codec "copy" the one rendition only names the
   * stream: its rate control says nothing. Nor has a GIF a quality: it has 256 colours.
   */
  renditions: z.array(renditionSchema).min(1).max(12),
});
export type VideoSpec = z.infer<typeof videoSpecSchema>;

export const audioSpecSchema = z.strictObject({
  codec: z.enum(AUDIO_CODECS),
  kbps: z.int().min(8).max(1024).default(128),
  /** Further rates of the same sound, for players to choose from: hls, dash and cmaf without video. */
  variantsKbps: z.array(z.int().min(8).max(1024)).min(1).max(7).optional(),
  channels: z.union([z.literal(1), z.literal(2), z.literal(6), z.literal("source")]).default(2),
  sampleRate: z
    .union([z.literal(22050), z.literal(32000), z.literal(44100), z.literal(48000), z.literal("source")])
    .default(48000),
  tracks: z.enum(["default", "all"]).default("default"),
  /** As for video. */
  copyWhenPossible: z.boolean().optional(),
  /** EBU R128, two passes. */
  loudness: z
    .strictObject({
      targetLufs: z.number().min(-36).max(-5).default(-16),
      truePeakDb: z.number().min(-9).max(0).default(-1.5),
    })
    .optional(),
});
export type AudioSpec = z.infer<typeof audioSpecSchema>;

/** Row by row. */
export const POSITIONS = [
  "top-left",
  "top",
  "top-right",
  "left",
  "center",
  "right",
  "bottom-left",
  "bottom",
  "bottom-right",
] as const;
const position = z.enum(POSITIONS);

export const watermarkSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("image"),
    /** `data:image/png;base64,…` (JPEG and WebP too), or an http or https address that the worker fetches. */
    source: z.string().min(1).max(MOST_DATA_CHARACTERS),
    position,
    widthPercent: z.number().min(1).max(100),
    opacity: z.number().min(0).max(1).default(1),
    marginPercent: z.number().min(0).max(40).default(2),
    /** From the top or the bottom, of the height; as marginPercent (which is of the width) unless told. */
    verticalMarginPercent: z.number().min(0).max(40).optional(),
    startSeconds: z.number().min(0).optional(),
    endSeconds: z.number().min(0).optional(),
  }),
  z.strictObject({
    kind: z.literal("text"),
    text: z.string().min(1).max(500),
    position,
    heightPercent: z.number().min(1).max(50),
    opacity: z.number().min(0).max(1).default(1),
    marginPercent: z.number().min(0).max(40).default(2),
    verticalMarginPercent: z.number().min(0).max(40).optional(),
    startSeconds: z.number().min(0).optional(),
    endSeconds: z.number().min(0).optional(),
  }),
]);

export type Watermark = z.infer<typeof watermarkSchema>;

export const encodeSpecSchema = z.strictObject({
  container: z.enum(CONTAINERS),
  video: videoSpecSchema.nullable(),
  audio: audioSpecSchema.nullable(),
  /** hls, dash and cmaf. */
  segments: z
    .strictObject({
      seconds: z.number().min(1).max(20).default(6),
      format: z.enum(["ts", "fmp4"]).default("fmp4"),
      byteRange: z.boolean().default(false),
    })
    .optional(),
  clip: z
    .strictObject({
      startSeconds: z.number().min(0).default(0),
      endSeconds: z.number().positive().optional(),
      /** Instead of an end: at most so long. A source that ends earlier gives what there is. */
      maxSeconds: z.number().positive().optional(),
    })
    .optional(),
  crop: z.strictObject({ x: z.int().min(0), y: z.int().min(0), width: size, height: size }).optional(),
  pad: z.strictObject({ width: size, height: size, color: z.string().regex(/^#[0-9a-fA-F]{6}$/) }).optional(),
  rotate: z.union([z.literal(90), z.literal(180), z.literal(270)]).optional(),
  fade: z.strictObject({ inSeconds: z.number().min(0), outSeconds: z.number().min(0) }).optional(),
  watermarks: z.array(watermarkSchema).max(8).default([]),
  subtitles: z.enum(["drop", "carry", "burn"]).default("drop"),
  metadata: z.enum(["drop", "keep"]).default("drop"),
  thumbnails: z
    .strictObject({
      intervalSeconds: z.number().positive().optional(),
      count: z.int().positive().max(1000).optional(),
      /** Of the result, to 1/25 s. */
      times: z.array(z.number().min(0)).min(1).max(100).optional(),
      /** The same in percent of its length. */
      percents: z.array(z.number().min(0).max(100)).min(1).max(100).optional(),
      width: size.optional(),
      sprite: z.boolean().default(false),
    })
    .optional(),
  encryption: z
    .strictObject({
      method: z.enum(["aes-128"]),
      /**
       * Where players get the key, which the worker gets there too: 16 bytes. Without it each job has a key of its own,
       * in a file beside its segments.
       */
      keyUrl: z.url().max(2048).optional(),
    })
    .optional(),
  quality: z.strictObject({ ssim: z.boolean().default(false), psnr: z.boolean().default(false) }).optional(),
});
export type EncodeSpec = z.infer<typeof encodeSpecSchema>;

/** File extension of the primary file (the playlist or manifest of a segmented container), with its dot. */
export const PRIMARY_EXTENSION = {
  mp4: ".mp4",
  fmp4: ".mp4",
  mov: ".mov",
  mkv: ".mkv",
  webm: ".webm",
  ts: ".ts",
  flv: ".flv",
  hls: ".m3u8",
  dash: ".mpd",
  cmaf: ".m3u8",
  mp3: ".mp3",
  m4a: ".m4a",
  ogg: ".ogg",
  flac: ".flac",
  wav: ".wav",
  gif: ".gif",
  webp: ".webp",
} as const satisfies Record<Container, string>;
