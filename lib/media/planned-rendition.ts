import type { RateControl, VideoSpec } from "#lib/media/encode-spec.ts";
import type { HdrMetadata, SubtitleStream } from "#lib/media/media-info.ts";
import type { Matrix } from "#lib/media/picture-matrix.ts";

/** Colour that a kept HDR picture is tagged with, in ffmpeg's words, and its static metadata where the source has it. */
export type HdrTags = {
  primaries: string;
  transfer: string;
  matrix: string;
  metadata: HdrMetadata | null;
};

/** A text that is drawn on the picture: ffmpeg reads it from a file, never from an argument. */
export type PlannedText = {
  text: string;
  /** drawtext's other options; none of them comes from a user's words. */
  options: string;
};

/** An image that is laid over the picture; ffmpeg reads a PNG that was made of it. */
export type PlannedImage = {
  /** Its place among the template's watermarks. */
  at: number;
  /** As the template says. */
  source: string;
  opacity: number;
  /** Of the picture's width; its own shape stays. */
  widthPercent: number;
  /** In which the image's colours become the picture's. */
  matrix: "bt601" | "bt709";
  /** overlay's options. */
  options: string;
};

/** One variant of a job, encoded or taken over as it is, with every decision made. */
export type PlannedVideo = {
  kind: "video";
  name: string;
  /** As specs name it ("h265", not "hevc"). Of a copied stream the source's own. */
  codec: string;
  /** ffmpeg's name, e.g. "libx264"; "copy" when the stream is taken over. */
  encoder: string;
  isCopy: boolean;
  /** Index of the stream in the source. */
  sourceIndex: number;
  /** Even, never above the source as it is shown; of a copied stream the coded size. */
  width: number;
  height: number;
  /** Filters before scaling, e.g. "bwdif=…", "fps=60". */
  filters: string[];
  /** Drawn after the filters, before scaling, so that every rung shows them alike; fades come last. */
  texts: PlannedText[];
  /** Laid over the scaled picture of the largest rung; fades then come after them. */
  images: PlannedImage[];
  /** The source's subtitles that are drawn on the scaled picture, below the images; null for none. */
  burnIndex: number | null;
  fades: string[];
  /** Filters after scaling. */
  sharpen: string[];
  /** Tone-map to BT.709 after scaling. */
  toSdr: boolean;
  hdr: HdrTags | null;
  /** What the result's colours are in. */
  matrix: Matrix;
  /** Filters that tag its colours, where their absence would mislead; none for most. */
  tags: string[];
  pixelFormat: "yuv420p" | "yuv420p10le";
  /** Of the result; null when the source does not tell. */
  frameRate: number | null;
  rateControl: RateControl;
  preset: VideoSpec["preset"];
  tune: VideoSpec["tune"];
  profile: string | undefined;
  level: string | undefined;
  gopSeconds: number;
  /** No picture is sent before one that is shown sooner (no B-frames). */
  isSentInOrder: boolean;
};

/** EBU R128: integrated loudness in LUFS, true peak in dBTP. */
export type LoudnessTarget = { targetLufs: number; truePeakDb: number };

export type PlannedAudio = {
  kind: "audio";
  name: string;
  codec: string;
  encoder: string;
  isCopy: boolean;
  /** Index of the stream in the source. */
  sourceIndex: number;
  /** Null where the codec has no rate to choose (FLAC, PCM, a copied stream). */
  kbps: number | null;
  channels: number;
  /** ffmpeg's name of the layout, e.g. "stereo". */
  layout: string;
  sampleRate: number;
  /** ISO 639 as the source says, or null. */
  language: string | null;
  isDefault: boolean;
  /** Filters that take channels which ffmpeg cannot mix; none for most. */
  picks: string[];
  loudness: LoudnessTarget | null;
  /** Filters of a fade; none for most. */
  fades: string[];
};

export type PlannedSubtitle = {
  name: string;
  sourceIndex: number;
  /** ffmpeg's name of the codec that it becomes; "copy" when it stays as it is. */
  encoder: string;
  language: string | null;
  title: string | null;
  disposition: NonNullable<SubtitleStream["disposition"]>;
  /** A file of its own beside the segments, instead of a stream inside the file. */
  isSidecar: boolean;
};

export type PlannedRendition = PlannedVideo | PlannedAudio;
