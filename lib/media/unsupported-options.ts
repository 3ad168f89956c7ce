import type { FieldIssue } from "#lib/errors.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";
import type { AUDIO_CODECS, Container, EncodeSpec, Rendition, VIDEO_CODECS } from "#lib/media/encode-spec.ts";
import { AUDIO_ENCODERS } from "#lib/media/plan-audio.ts";
import { VIDEO_ENCODERS } from "#lib/media/plan-video.ts";

type VideoCodec = (typeof VIDEO_CODECS)[number];
type AudioCodec = (typeof AUDIO_CODECS)[number];
type Profile = NonNullable<Rendition["profile"]>;

/** What goes into which container, of what the engine encodes. Containers that are not here are not made yet. */
export const FITS: Partial<
  Record<Container, { video: readonly VideoCodec[]; audio: readonly AudioCodec[] }>
> = {
  mp4: { video: ["h264", "h265"], audio: ["aac", "mp3"] },
  mov: { video: ["h264", "h265"], audio: ["aac", "mp3"] },
  mkv: { video: ["h264", "h265", "vp9"], audio: ["aac", "mp3", "opus"] },
  webm: { video: ["vp9"], audio: ["opus"] },
  hls: { video: ["h264", "h265"], audio: ["aac"] },
  dash: { video: ["h264", "h265"], audio: ["aac"] },
  m4a: { video: [], audio: ["aac"] },
  mp3: { video: [], audio: ["mp3"] },
};

/**
 * Every option of `spec` that the engine would have to ignore, by name; empty when it can do all of it.
 * Asked when a template is made, when a task is made and again when it is planned (with this worker's `capabilities`).
 */
export function unsupportedOptions(spec: EncodeSpec, capabilities?: Capabilities): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const refuse = (path: string, message: string) => issues.push({ path, message });

  checkContainer(spec, refuse);
  checkVideo(spec, refuse);
  if (spec.audio) {
    if (spec.audio.loudness) refuse("audio.loudness", "Loudness normalisation is not available yet.");
    if (spec.audio.tracks === "all" && (spec.container === "mp3" || spec.segments?.format === "ts")) {
      refuse("audio.tracks", "This format holds one audio track only.");
    }
    if (spec.audio.codec === "mp3" && spec.audio.kbps > 320)
      refuse("audio.kbps", "MP3 has 320 kbit/s at most.");
    if (spec.audio.codec === "opus" && spec.audio.kbps > 510)
      refuse("audio.kbps", "Opus has 510 kbit/s at most.");
  }
  if (spec.clip?.endSeconds !== undefined && spec.clip.endSeconds <= spec.clip.startSeconds) {
    refuse("clip.endSeconds", "The end of the clip must come after its start.");
  }
  for (const [path, isWanted, what] of [
    ["crop", spec.crop !== undefined, "Cropping"],
    ["pad", spec.pad !== undefined, "Padding"],
    ["rotate", spec.rotate !== undefined, "Turning the picture"],
    ["fade", spec.fade !== undefined, "Fading"],
    ["watermarks", spec.watermarks.length > 0, "Watermarks"],
    ["subtitles", spec.subtitles !== "drop", "Carrying or burning in subtitles"],
    ["metadata", spec.metadata !== "drop", "Keeping metadata"],
    ["thumbnails", spec.thumbnails !== undefined, "Thumbnails"],
    ["encryption", spec.encryption !== undefined, "Encryption"],
    ["quality", spec.quality?.ssim === true || spec.quality?.psnr === true, "Quality measurement"],
    ["segments.byteRange", spec.segments?.byteRange === true, "Byte-range segments"],
  ] as const) {
    if (isWanted) refuse(path, `${what} is not available yet.`);
  }
  if (capabilities) checkCapabilities(spec, capabilities, refuse);
  return issues;
}

type Refuse = (path: string, message: string) => void;

function checkContainer(spec: EncodeSpec, refuse: Refuse): void {
  const fits = FITS[spec.container];
  if (!fits) {
    refuse("container", `The container ${spec.container} is not available yet.`);
    return;
  }
  const isSegmented = spec.container === "hls" || spec.container === "dash";
  if (!spec.video && !spec.audio) refuse("video", "A template needs video, audio or both.");
  if (!spec.video && isSegmented) refuse("video", `${spec.container} without video is not available yet.`);
  if (spec.video && !fits.video.includes(spec.video.codec)) {
    refuse(
      "video.codec",
      fits.video.length === 0
        ? `${spec.container} holds audio only.`
        : `${spec.container} with ${spec.video.codec} is not available; use ${fits.video.join(" or ")}.`,
    );
  }
  if (spec.audio && !fits.audio.includes(spec.audio.codec)) {
    refuse(
      "audio.codec",
      `${spec.container} with ${spec.audio.codec} is not available; use ${fits.audio.join(" or ")}.`,
    );
  }
  if (spec.segments?.format === "ts" && spec.container === "dash")
    refuse("segments.format", "DASH needs fmp4 segments.");
  if (spec.segments?.format === "ts" && spec.video?.codec === "h265") {
    refuse("segments.format", "HEVC in HLS needs fmp4 segments; players refuse it in ts.");
  }
  if (spec.segments && !isSegmented) refuse("segments", `${spec.container} has no segments.`);
  if (spec.video && spec.video.renditions.length > 1 && !isSegmented) {
    refuse("video.renditions", `${spec.container} holds one rendition; several need hls or dash.`);
  }
  if (spec.video && isSegmented) {
    const segmentSeconds = spec.segments?.seconds ?? 6;
    const ratio = segmentSeconds / spec.video.gopSeconds;
    if (Math.abs(ratio - Math.round(ratio)) > 1e-6 || ratio < 1 - 1e-6) {
      refuse(
        "video.gopSeconds",
        `The keyframe distance must divide the segment length (${segmentSeconds} s).`,
      );
    }
  }
}

function checkVideo({ video }: EncodeSpec, refuse: Refuse): void {
  if (!video) return;
  const names = video.renditions.map((rendition) => rendition.name);
  if (new Set(names).size !== names.length)
    refuse("video.renditions", "Each rendition needs a name of its own.");
  if (video.hdr === "keep") refuse("video.hdr", "Keeping HDR is not available yet.");
  if (video.denoise !== "off") refuse("video.denoise", "Denoising is not available yet.");
  if (video.sharpen !== "off") refuse("video.sharpen", "Sharpening is not available yet.");
  if (video.codec === "vp9" && video.bitDepth === 10)
    refuse("video.bitDepth", "10-bit VP9 is not available yet.");
  if (
    video.tune &&
    video.codec !== "h264" &&
    !(video.codec === "h265" && ["animation", "grain"].includes(video.tune))
  ) {
    refuse("video.tune", `${video.codec} has no tuning "${video.tune}".`);
  }
  video.renditions.forEach((rendition, index) => {
    const path = `video.renditions.${index}`;
    const { rateControl, profile, level } = rendition;
    if (rateControl.mode === "vbr" && rateControl.twoPass) {
      refuse(`${path}.rateControl.twoPass`, "Two-pass encoding is not available yet.");
    }
    if (rateControl.mode === "crf" && rateControl.crf > 51 && video.codec !== "vp9") {
      refuse(`${path}.rateControl.crf`, "H.264 and H.265 have a CRF of 51 at most.");
    }
    if (video.codec === "vp9" && (profile || level))
      refuse(`${path}.profile`, "VP9 takes no profile or level here.");
    if (profile && !profilesOf(video.codec, video.bitDepth).includes(profile)) {
      refuse(`${path}.profile`, `${video.codec} with ${video.bitDepth} bits has no profile "${profile}".`);
    }
  });
}

/** The profiles that the engine can ask an encoder for; VP9 takes none. */
export function profilesOf(codec: VideoCodec, bitDepth: 8 | 10): readonly Profile[] {
  if (codec === "vp9") return [];
  if (codec === "h264") return bitDepth === 10 ? ["high10"] : ["baseline", "main", "high"];
  return bitDepth === 10 ? ["main10"] : ["main"];
}

function checkCapabilities(spec: EncodeSpec, capabilities: Capabilities, refuse: Refuse): void {
  const video =
    spec.video && spec.video.codec in VIDEO_ENCODERS
      ? VIDEO_ENCODERS[spec.video.codec as keyof typeof VIDEO_ENCODERS]
      : null;
  if (video && !capabilities.encoders.includes(video)) {
    refuse("video.codec", `This worker's ffmpeg has no encoder for it (${video}).`);
  }
  const audio =
    spec.audio && spec.audio.codec in AUDIO_ENCODERS
      ? AUDIO_ENCODERS[spec.audio.codec as keyof typeof AUDIO_ENCODERS]
      : null;
  if (audio && !capabilities.encoders.includes(audio)) {
    refuse("audio.codec", `This worker's ffmpeg has no encoder for it (${audio}).`);
  }
}
