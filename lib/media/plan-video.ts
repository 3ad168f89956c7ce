import { FailureError } from "#lib/errors.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";
import type { EncodeSpec, VideoSpec } from "#lib/media/encode-spec.ts";
import { boundsFor, fitLadder, type FittedRung } from "#lib/media/fit-ladder.ts";
import { holdsRotation, VIDEO_ENCODERS } from "#lib/media/fits.ts";
import type { MediaInfo, MediaWarning, VideoStream } from "#lib/media/media-info.ts";
import { isInClip, outsideOfClip } from "#lib/media/plan-clip.ts";
import { canHold, isInterlaced, isUntimed, videoCopyObstacle } from "#lib/media/plan-copy.ts";
import { refuseLongAnimation } from "#lib/media/plan-animation.ts";
import { BT709_TAGS, fromRgb, matrixOf, needsTags } from "#lib/media/picture-matrix.ts";
import { isSentInOrder, planFrames, planHold, planLeadIn } from "#lib/media/plan-frames.ts";
import { planPicture, resultSeconds, sharpenFilter } from "#lib/media/plan-picture.ts";
import { planBurn } from "#lib/media/plan-subtitles.ts";
import type { HdrTags, PlannedVideo } from "#lib/media/planned-rendition.ts";

/** SVT-AV1 refuses smaller pictures. */
const LEAST_AV1_SIDE = 64;

/**
 * Decides the video renditions; appends to `warnings`.
 * @throws FailureError INPUT_NO_VIDEO, INPUT_CODEC_UNSUPPORTED, TEMPLATE_INVALID
 */
export function planVideo(
  media: MediaInfo,
  spec: EncodeSpec,
  wanted: VideoSpec,
  capabilities: Capabilities,
  warnings: MediaWarning[],
): PlannedVideo[] {
  const source = media.video[0];
  if (!source) throw new FailureError("INPUT_NO_VIDEO", { streams: describeStreams(media) }, probed(media));
  if (source.codedWidth < 1 || source.codedHeight < 1) throw unsupported(source);
  if (!isInClip(source, media, spec)) throw outsideOfClip(source, media, spec);
  const copied = planCopy(media, source, spec, wanted, warnings);
  if (copied) return [copied];
  if (!capabilities.decoders.includes(source.codec)) throw unsupported(source);
  const { codec } = wanted;
  if (codec === "copy") throw invalid("video.codec", "the codec of this container cannot be copied");

  warnAboutSource(source, warnings);
  const { filters, frameRate } = planFrames(source, spec, wanted, warnings);
  const leadIn = planLeadIn(media, source, spec);
  const picture = planPicture(media, source, spec, wanted);
  const burnIndex = spec.subtitles === "burn" ? planBurn(media, warnings) : null;
  const toSdr = source.hdr !== null && wanted.hdr === "to_sdr" && isToneMappable(source);
  if (toSdr) warnings.push({ code: "hdr_to_sdr", params: { hdr: source.hdr ?? "HDR" } });
  const hdr = wanted.hdr === "keep" ? hdrTags(source, codec) : null;
  if (hdr !== null && hdr.metadata === null && source.hdrMetadata !== undefined)
    warnings.push({ code: "hdr_metadata_lost", params: { codec } });

  const fitted = fitLadder(picture.size, wanted.renditions, warnings, wanted.scale);
  const planned = largeEnough(fitted, codec, warnings).map(
    ({ rendition, width, height, crop }): PlannedVideo => ({
      kind: "video",
      name: rendition.name,
      codec,
      encoder: VIDEO_ENCODERS[codec],
      isCopy: false,
      sourceIndex: source.index,
      width,
      height,
      filters: [
        ...leadIn,
        ...fromRgb(source, wanted.bitDepth),
        ...filters,
        ...planHold(media, spec, [...leadIn, ...filters]),
        ...picture.filters,
        ...(crop ? [`crop=${crop.width}:${crop.height}`] : []),
      ],
      texts: picture.texts,
      images: picture.images,
      burnIndex,
      fades: picture.fades,
      sharpen: sharpenFilter(wanted),
      toSdr,
      hdr,
      matrix: toSdr ? "bt709" : matrixOf(source),
      tags: needsTags(source, height) ? [BT709_TAGS] : [],
      pixelFormat: wanted.bitDepth === 10 ? "yuv420p10le" : "yuv420p",
      frameRate,
      rateControl: rendition.rateControl,
      preset: wanted.preset,
      tune: wanted.tune,
      profile: rendition.profile,
      level: rendition.level,
      gopSeconds: wanted.gopSeconds,
      isSentInOrder: isSentInOrder(source, spec, frameRate, filters),
    }),
  );
  refuseLongAnimation(planned, resultSeconds(media, spec));
  return planned;
}

const unsupported = ({ index, codec, codedWidth, codedHeight }: VideoStream) =>
  new FailureError(
    "INPUT_CODEC_UNSUPPORTED",
    { codec },
    { evidence: [`ffprobe: stream ${index} is video, ${codec}, ${codedWidth}x${codedHeight}; no decoder`] },
  );

const invalid = (field: string, reason: string) =>
  new FailureError("TEMPLATE_INVALID", { template: "", field, reason });

/** The source's stream as it is, when the template says so or allows it and nothing stands against it. */
function planCopy(
  media: MediaInfo,
  source: VideoStream,
  spec: EncodeSpec,
  wanted: VideoSpec,
  warnings: MediaWarning[],
): PlannedVideo | null {
  const rendition = wanted.renditions[0];
  if (!rendition || (wanted.codec !== "copy" && wanted.copyWhenPossible !== true)) return null;
  if (wanted.codec === "copy" && !canHold(spec, "video", source.codec)) {
    throw invalid(
      "video.codec",
      `${spec.container} cannot hold ${source.codec} as it is; choose a codec instead of copy`,
    );
  }
  if (wanted.codec === "copy" && source.rotation !== 0 && !holdsRotation(spec.container)) {
    throw invalid(
      "video.codec",
      `${spec.container} cannot say that the picture is turned by ${source.rotation}°; choose a codec instead of copy`,
    );
  }
  if (wanted.codec === "copy" && isUntimed(media, source)) {
    throw invalid(
      "video.codec",
      `${media.container} does not say when each frame of ${source.codec} is shown; choose a codec instead of copy`,
    );
  }
  if (wanted.codec !== "copy") {
    const box = boundsFor(source, rendition, wanted.scale);
    const reason = isUntimed(media, source)
      ? "times"
      : videoCopyObstacle(source, spec, wanted, rendition, box);
    if (reason !== null) {
      warnings.push({ code: "not_copied", params: { kind: "video", reason } });
      return null;
    }
  }
  warnings.push({ code: "stream_copied", params: { kind: "video", codec: source.codec } });
  if (isInterlaced(source))
    warnings.push({ code: "interlaced_kept", params: { order: source.fieldOrder ?? "" } });
  return {
    kind: "video",
    name: rendition.name,
    codec: source.codec === "hevc" ? "h265" : source.codec,
    encoder: "copy",
    isCopy: true,
    sourceIndex: source.index,
    width: source.codedWidth,
    height: source.codedHeight,
    filters: [],
    texts: [],
    images: [],
    burnIndex: null,
    fades: [],
    sharpen: [],
    toSdr: false,
    hdr: null,
    matrix: matrixOf(source),
    tags: [],
    pixelFormat: "yuv420p",
    frameRate: source.frameRate,
    rateControl: rendition.rateControl,
    preset: wanted.preset,
    tune: undefined,
    profile: undefined,
    level: undefined,
    gopSeconds: wanted.gopSeconds,
    isSentInOrder: false,
  };
}

/** Without the rungs that the encoder refuses as too small. @throws FailureError when none is left. */
function largeEnough(rungs: FittedRung[], codec: string, warnings: MediaWarning[]): FittedRung[] {
  if (codec !== "av1") return rungs;
  const kept = rungs.filter(({ width, height }) => Math.min(width, height) >= LEAST_AV1_SIDE);
  if (kept.length === 0) {
    throw invalid(
      "video.codec",
      `AV1 needs a picture of at least ${LEAST_AV1_SIDE} pixels a side; choose another codec`,
    );
  }
  for (const { rendition } of rungs.filter((rung) => !kept.includes(rung)))
    warnings.push({ code: "rung_too_small", params: { rung: rendition.name, least: LEAST_AV1_SIDE } });
  return kept;
}

function warnAboutSource(source: VideoStream, warnings: MediaWarning[]): void {
  if (source.rotation !== 0) warnings.push({ code: "rotated", params: { degrees: source.rotation } });
  if (source.sampleAspect !== null)
    warnings.push({ code: "non_square_pixels", params: { aspect: source.sampleAspect } });
  if (source.width % 2 || source.height % 2) {
    warnings.push({ code: "odd_size", params: { width: source.width, height: source.height } });
  }
}

/** zscale refuses untagged input; only these transfers are known to work. */
const isToneMappable = (source: VideoStream) =>
  ["smpte2084", "arib-std-b67"].includes(source.colorTransfer ?? "");

/** What a kept HDR picture is tagged with: as the source, and BT.2020 where the source only names its transfer. */
function hdrTags(source: VideoStream, codec: string): HdrTags | null {
  const transfer = source.colorTransfer;
  if (transfer === null || !isToneMappable(source)) return null;
  const named = (value: string | null, otherwise: string) =>
    value !== null && /^[a-z0-9-]{2,20}$/.test(value) && /^[a-z]/.test(value) ? value : otherwise;
  return {
    primaries: named(source.colorPrimaries, "bt2020"),
    transfer,
    matrix: named(source.colorSpace, "bt2020nc"),
    // VP9 has no place for it, and ffmpeg 5.1 gives none of it to the container.
    metadata: codec === "vp9" ? null : (source.hdrMetadata ?? null),
  };
}

/** The probe's words, for a failure that follows from them. */
export const probed = (media: MediaInfo): { evidence: string[] } => ({
  evidence: [`ffprobe: ${media.container} with ${describeStreams(media)}`],
});

/** "2 audio streams (aac, ac3)": what there is instead of what was needed. */
export function describeStreams(media: MediaInfo): string {
  const kinds: [string, { codec: string }[]][] = [
    ["video", media.video],
    ["audio", media.audio],
    ["subtitle", media.subtitles],
  ];
  const parts = kinds
    .filter(([, streams]) => streams.length > 0)
    .map(([kind, streams]) => `${kind} (${streams.map((stream) => stream.codec).join(", ")})`);
  return [...parts, ...media.ignoredStreams].join(", ") || "nothing";
}
