import type { FieldIssue } from "#lib/errors.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";
import type { AudioSpec, EncodeSpec, Rendition, VideoSpec } from "#lib/media/encode-spec.ts";
import { FITS, isAnimation, isSegmentedContainer, profilesOf } from "#lib/media/fits.ts";
import { lackingCapabilities } from "#lib/media/lacking-capabilities.ts";
import { carriesSubtitles } from "#lib/media/plan-subtitles.ts";
import { qualityMetrics } from "#lib/media/quality-curve.ts";
import { imageIssue, isFetchable } from "#lib/media/watermark-image.ts";

export { carriesSubtitles, FITS, isAnimation, isSegmentedContainer, profilesOf };

/**
 * Every option of `spec` that the engine would have to ignore, by name; empty when it can do all of it.
 * Asked when a template is made, when a task is made and again when it is planned (with this worker's `capabilities`).
 */
export function unsupportedOptions(spec: EncodeSpec, capabilities?: Capabilities): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const refuse = (path: string, message: string) => issues.push({ path, message });

  checkContainer(spec, refuse);
  if (spec.video) checkVideo(spec, spec.video, refuse);
  if (spec.audio) checkAudio(spec, spec.audio, refuse);
  if (spec.clip?.endSeconds !== undefined && spec.clip.endSeconds <= spec.clip.startSeconds) {
    refuse("clip.endSeconds", "The end of the clip must come after its start.");
  }
  if (spec.clip?.endSeconds !== undefined && spec.clip.maxSeconds !== undefined)
    refuse("clip.maxSeconds", "A clip has an end or a longest length, not both.");
  checkEdits(spec, capabilities, refuse);
  checkEncryption(spec, refuse);
  if (qualityMetrics(spec.quality).length > 0) checkQuality(spec, capabilities, refuse);
  const { segments } = spec;
  if (segments?.byteRange === true && (spec.container !== "hls" || segments.format === "ts"))
    refuse("segments.byteRange", "Byte ranges are for HLS with fmp4 segments only.");
  if (spec.thumbnails && spec.video === null)
    refuse("thumbnails", "There is no picture in a template of sound alone.");
  const { thumbnails } = spec;
  const asked = (["intervalSeconds", "count", "times", "percents"] as const).filter(
    (one) => thumbnails?.[one] !== undefined,
  );
  if (asked.length > 1)
    refuse(`thumbnails.${asked[1]}`, `Thumbnails have one of ${asked.join(" and ")}, not both.`);
  if (spec.metadata === "keep" && !keepsMetadata(spec.container))
    refuse("metadata", `${spec.container} has no place for metadata; use drop.`);
  const isTransport = spec.container === "hls" && spec.segments?.format === "ts";
  if (spec.subtitles === "carry" && (!carriesSubtitles(spec.container) || isTransport))
    refuse("subtitles", `${isTransport ? "HLS in ts" : spec.container} carries no subtitles here; use drop.`);
  if (capabilities) issues.push(...lackingCapabilities(spec, capabilities));
  return issues;
}

function checkEncryption({ encryption, container, segments, subtitles }: EncodeSpec, refuse: Refuse): void {
  if (!encryption) return;
  if (container !== "hls") refuse("encryption", "Encryption is for HLS.");
  if (segments?.byteRange === true)
    refuse("encryption", "Segments are encrypted one by one; leave out segments.byteRange.");
  if (subtitles === "carry")
    refuse("encryption", "Subtitles beside encrypted segments could be read by anybody; drop or burn them.");
  if (encryption.keyUrl !== undefined && !isFetchable(encryption.keyUrl))
    refuse("encryption.keyUrl", "Give the key's http or https address, without a password in it.");
}

/** Whether the container has a place for titles, dates and the like. */
export const keepsMetadata = (container: EncodeSpec["container"]) =>
  !isSegmentedContainer(container) && !["ts", "gif", "webp"].includes(container);

type Refuse = (path: string, message: string) => void;

/** A comparison needs a picture that was encoded, and ffmpeg's filters. */
function checkQuality(
  { container, video, quality }: EncodeSpec,
  capabilities: Capabilities | undefined,
  refuse: Refuse,
): void {
  if (video === null) refuse("quality", "There is no picture to compare in a template of sound alone.");
  else if (video.codec === "copy") refuse("quality", "A stream that is copied is the source itself.");
  else if (container === "gif" || container === "webp")
    refuse("quality", "A preview of a few colours or frames is not compared with its source.");
  for (const metric of qualityMetrics(quality)) {
    if (capabilities && !capabilities.filters.includes(metric))
      refuse(`quality.${metric}`, `This worker's ffmpeg has no filter for it (${metric}).`);
  }
}

/** Edits need a picture that is encoded. */
function checkEdits(spec: EncodeSpec, capabilities: Capabilities | undefined, refuse: Refuse): void {
  const { video, crop, pad, rotate, fade, watermarks } = spec;
  for (const [path, isWanted] of [
    ["crop", crop !== undefined],
    ["pad", pad !== undefined],
    ["rotate", rotate !== undefined],
    ["watermarks", watermarks.length > 0],
    ["fade", fade !== undefined && video !== null],
    ["subtitles", spec.subtitles === "burn"],
    ["video.denoise", video?.denoise !== undefined && video.denoise !== "off"],
    ["video.sharpen", video?.sharpen !== undefined && video.sharpen !== "off"],
  ] as const) {
    if (isWanted && video === null)
      refuse(path, "There is no picture to change in a template of sound alone.");
    else if (isWanted && video?.codec === "copy") refuse(path, "A stream that is copied cannot be changed.");
  }
  if (fade && spec.audio?.codec === "copy") refuse("fade", "A stream that is copied cannot be faded.");
  watermarks.forEach((watermark, index) => {
    const path = `watermarks.${index}`;
    const issue = watermark.kind === "image" ? imageIssue(watermark.source, capabilities) : null;
    if (issue !== null) refuse(`${path}.source`, issue);
    if (/[\0-\x08\x0b-\x1f\x7f]/.test(watermark.kind === "text" ? watermark.text : ""))
      refuse(`${path}.text`, "Control characters cannot be drawn.");
    const { startSeconds, endSeconds } = watermark;
    if (endSeconds !== undefined && endSeconds <= (startSeconds ?? 0))
      refuse(`${path}.endSeconds`, "The end must come after the start.");
  });
}

function checkContainer(spec: EncodeSpec, refuse: Refuse): void {
  const { container, video, audio, segments } = spec;
  const fits = FITS[container];
  if (!fits) {
    refuse("container", `The container ${container} is not available yet.`);
    return;
  }
  const isSegmented = isSegmentedContainer(container);
  if (!video && !audio)
    refuse(fits.video.length === 0 ? "audio" : "video", "A template needs video, audio or both.");
  if (!video && container === "hls" && segments?.format === "ts")
    refuse("segments.format", "HLS of sound alone needs fmp4 segments here.");
  if (video && !fits.video.includes(video.codec)) {
    refuse(
      "video.codec",
      fits.video.length === 0
        ? `${container} holds audio only.`
        : `${container} with ${video.codec} is not available; use ${fits.video.join(" or ")}.`,
    );
  }
  if (audio && fits.audio.length === 0) refuse("audio", `${container} has no sound; leave it out (null).`);
  else if (audio && !fits.audio.includes(audio.codec)) {
    refuse(
      "audio.codec",
      `${container} with ${audio.codec} is not available; use ${fits.audio.join(" or ")}.`,
    );
  }
  if (segments?.format === "ts") checkTransportSegments(spec, refuse);
  if (segments && !isSegmented) refuse("segments", `${container} has no segments.`);
  if (video && video.renditions.length > 1 && !isSegmented) {
    refuse("video.renditions", `${container} holds one rendition; several need hls, dash or cmaf.`);
  }
  if (video && isSegmented) {
    const segmentSeconds = segments?.seconds ?? 6;
    const ratio = segmentSeconds / video.gopSeconds;
    if (Math.abs(ratio - Math.round(ratio)) > 1e-6 || ratio < 1 - 1e-6) {
      refuse(
        "video.gopSeconds",
        `The keyframe distance must divide the segment length (${segmentSeconds} s).`,
      );
    }
  }
}

function checkTransportSegments({ container, video, audio }: EncodeSpec, refuse: Refuse): void {
  if (container !== "hls") {
    if (isSegmentedContainer(container))
      refuse("segments.format", `${container.toUpperCase()} needs fmp4 segments.`);
    return;
  }
  if (video?.codec === "h265")
    refuse("segments.format", "HEVC in HLS needs fmp4 segments; players refuse it in ts.");
  if (video?.codec === "av1") refuse("segments.format", "AV1 in HLS needs fmp4 segments.");
  if (audio && audio.codec !== "aac")
    refuse("segments.format", `${audio.codec} in HLS needs fmp4 segments here; ts takes aac.`);
}

function checkVideo(spec: EncodeSpec, video: VideoSpec, refuse: Refuse): void {
  const { codec } = video;
  const names = video.renditions.map((rendition) => rendition.name);
  if (new Set(names).size !== names.length)
    refuse("video.renditions", "Each rendition needs a name of its own.");
  if (video.hdr === "keep" && codec !== "copy" && (codec === "h264" || video.bitDepth !== 10))
    refuse("video.hdr", "HDR is kept in 10-bit H.265, VP9 or AV1 only.");
  const hasTune = codec === "h264" || (codec === "h265" && ["animation", "grain"].includes(video.tune ?? ""));
  if (video.tune && !hasTune) refuse("video.tune", `${codec} has no tuning "${video.tune}".`);
  if (video.copyWhenPossible === true && isSegmentedContainer(spec.container))
    refuse("video.copyWhenPossible", COPY_IN_FILES);
  if (codec === "copy" && spec.clip) refuse("clip", CLIP_AND_COPY);
  if (isAnimation(codec)) checkAnimation(video, refuse);
  video.renditions.forEach((rendition, index) => checkRendition(video, rendition, index, refuse));
}

const COPY_IN_FILES = "Streams are taken over as they are in single files only.";
const CLIP_AND_COPY = "A clip is cut exactly, which needs encoding; choose a codec instead of copy.";

function checkRendition(video: VideoSpec, rendition: Rendition, index: number, refuse: Refuse): void {
  const { codec } = video;
  const path = `video.renditions.${index}`;
  const { rateControl, profile, level } = rendition;
  if (codec === "copy") {
    for (const field of ["width", "height", "profile", "level"] as const)
      if (rendition[field] !== undefined)
        refuse(`${path}.${field}`, `A stream that is copied keeps its ${field}.`);
    return;
  }
  checkScale(video.scale ?? "fit", rendition, path, refuse);
  if (rateControl.mode === "vbr" && rateControl.twoPass) {
    if (codec === "av1") refuse(`${path}.rateControl.twoPass`, "AV1 is encoded in one pass here.");
    const isShared = video.renditions.every(
      ({ rateControl: other }) => other.mode === "vbr" && other.twoPass,
    );
    if (!isShared)
      refuse(`${path}.rateControl.twoPass`, "Either all renditions are encoded in two passes or none is.");
  }
  if (rateControl.mode !== "crf" && isAnimation(codec))
    refuse(`${path}.rateControl.mode`, `${codec.toUpperCase()} has no bit rate to choose; use crf.`);
  if (isAnimation(codec) && rateControl.mode === "crf")
    for (const field of ["maxKbps", "bufferKbits"] as const)
      if (rateControl[field] !== undefined)
        refuse(`${path}.rateControl.${field}`, `${codec.toUpperCase()} has no bit rate to cap.`);
  if (rateControl.mode === "cbr" && codec === "av1")
    refuse(`${path}.rateControl.mode`, "AV1 has no constant bit rate here; use vbr or crf.");
  if (rateControl.mode === "crf" && rateControl.crf > 51 && (codec === "h264" || codec === "h265")) {
    refuse(`${path}.rateControl.crf`, "H.264 and H.265 have a CRF of 51 at most.");
  }
  if (level && codec !== "h264" && codec !== "h265")
    refuse(`${path}.level`, `${codec.toUpperCase()} takes no level here.`);
  if (profile && !profilesOf(codec, video.bitDepth).includes(profile))
    refuse(`${path}.profile`, `${codec} with ${video.bitDepth} bits has no profile "${profile}".`);
}

function checkAnimation({ codec, bitDepth, frameRate, copyWhenPossible }: VideoSpec, refuse: Refuse): void {
  const name = codec.toUpperCase();
  if (bitDepth !== 8) refuse("video.bitDepth", `${name} has 8 bits.`);
  if (copyWhenPossible === true) refuse("video.copyWhenPossible", `${name} is always made anew.`);
  if (frameRate.mode === "source" || frameRate.fps > 50)
    refuse("video.frameRate", `${name} has at most 50 frames a second; 10 to 15 do for a preview.`);
}

/** The sides that a scale mode goes by. */
function checkScale(scale: NonNullable<VideoSpec["scale"]>, rung: Rendition, path: string, refuse: Refuse) {
  const needs = { long_side: ["width"], short_side: ["height"], fill: ["width", "height"] };
  const sides = { ...needs, stretch: needs.fill, fit: null, box: null }[scale];
  if (sides === null || (rung.width === undefined && rung.height === undefined)) return;
  for (const side of ["width", "height"] as const) {
    if (sides.includes(side) === (rung[side] !== undefined)) continue;
    const rule = sides.includes(side) ? "needs a" : "goes by the other side; leave out the";
    refuse(`${path}.${side}`, `The scale mode ${scale} ${rule} ${side}.`);
  }
}

const MOST_KBPS = { mp3: 320, opus: 510, ac3: 640 } as const;
/** Containers with room for one audio track. */
const ONE_TRACK: readonly EncodeSpec["container"][] = ["mp3", "flac", "wav", "flv"];

function checkAudio(spec: EncodeSpec, audio: AudioSpec, refuse: Refuse): void {
  if (audio.tracks === "all" && (ONE_TRACK.includes(spec.container) || spec.segments?.format === "ts"))
    refuse("audio.tracks", "This format holds one audio track only.");
  checkVariants(spec, audio, refuse);
  const most = audio.codec in MOST_KBPS ? MOST_KBPS[audio.codec as keyof typeof MOST_KBPS] : null;
  if (most !== null && Math.max(audio.kbps, ...(audio.variantsKbps ?? [])) > most)
    refuse("audio.kbps", `${audio.codec.toUpperCase()} has ${most} kbit/s at most.`);
  if (audio.copyWhenPossible === true && isSegmentedContainer(spec.container))
    refuse("audio.copyWhenPossible", COPY_IN_FILES);
  if (audio.codec === "copy" && spec.clip) refuse("clip", CLIP_AND_COPY);
  if (audio.loudness && audio.codec === "copy")
    refuse("audio.loudness", "Loudness cannot change in a stream that is copied.");
}

function checkVariants(spec: EncodeSpec, audio: AudioSpec, refuse: Refuse): void {
  const { variantsKbps } = audio;
  if (variantsKbps === undefined) return;
  const path = "audio.variantsKbps";
  if (spec.video !== null || !isSegmentedContainer(spec.container))
    refuse(path, "Variants of the sound are for HLS, DASH and CMAF without video.");
  if (audio.tracks === "all") refuse(path, "Variants are of one track; several tracks have one rate.");
  if (["flac", "pcm", "copy"].includes(audio.codec)) refuse(path, `${audio.codec} has no rates to choose.`);
  if (new Set([audio.kbps, ...variantsKbps]).size <= variantsKbps.length)
    refuse(path, "Each variant needs a rate of its own.");
}
