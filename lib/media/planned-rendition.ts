import type { RateControl, VideoSpec } from "#lib/media/encode-spec.ts";

/** One encoded variant of a job, with every decision made. */
export type PlannedVideo = {
  kind: "video";
  name: string;
  codec: "h264" | "h265" | "vp9";
  /** ffmpeg's name, e.g. "libx264". */
  encoder: string;
  /** Even, never above the source as it is shown. */
  width: number;
  height: number;
  /** Filters before scaling, e.g. "bwdif=…", "fps=60". */
  filters: string[];
  /** Tone-map to BT.709 after scaling. */
  toSdr: boolean;
  pixelFormat: "yuv420p" | "yuv420p10le";
  /** Of the result; null when the source does not tell. */
  frameRate: number | null;
  rateControl: RateControl;
  preset: VideoSpec["preset"];
  tune: VideoSpec["tune"];
  profile: string | undefined;
  level: string | undefined;
  gopSeconds: number;
};

export type PlannedAudio = {
  kind: "audio";
  name: string;
  codec: "aac" | "mp3" | "opus";
  encoder: string;
  /** Index of the stream in the source. */
  sourceIndex: number;
  kbps: number;
  channels: number;
  /** ffmpeg's name of the layout, e.g. "stereo". */
  layout: string;
  sampleRate: number;
  /** ISO 639 as the source says, or null. */
  language: string | null;
  isDefault: boolean;
};

export type PlannedRendition = PlannedVideo | PlannedAudio;
