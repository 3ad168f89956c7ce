import { FailureError } from "#lib/errors.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";
import type { EncodeSpec, Rendition, VideoSpec } from "#lib/media/encode-spec.ts";
import type { MediaInfo, MediaWarning, VideoStream } from "#lib/media/media-info.ts";
import type { PlannedVideo } from "#lib/media/planned-rendition.ts";

export const VIDEO_ENCODERS = { h264: "libx264", h265: "libx265", vp9: "libvpx-vp9" } as const;

type Fitted = { rendition: Rendition; width: number; height: number; isWhole: boolean };

/**
 * Decides the video renditions; appends to `warnings`.
 * @throws FailureError INPUT_NO_VIDEO, INPUT_CODEC_UNSUPPORTED
 */
export function planVideo(
  media: MediaInfo,
  spec: EncodeSpec,
  wanted: VideoSpec,
  capabilities: Capabilities,
  warnings: MediaWarning[],
): PlannedVideo[] {
  const source = media.video[0];
  if (!source) throw new FailureError("INPUT_NO_VIDEO", { streams: describeStreams(media) });
  if (!capabilities.decoders.includes(source.codec) || source.codedWidth < 1 || source.codedHeight < 1) {
    throw new FailureError("INPUT_CODEC_UNSUPPORTED", { codec: source.codec });
  }
  if (wanted.codec !== "h264" && wanted.codec !== "h265" && wanted.codec !== "vp9") {
    throw new FailureError("TEMPLATE_INVALID", {
      template: "",
      field: "video.codec",
      reason: `no encoder for ${wanted.codec}`,
    });
  }

  warnAboutSource(source, warnings);
  const { filters, frameRate } = planFrames(source, wanted, warnings);
  const toSdr = source.hdr !== null && wanted.hdr === "to_sdr" && isToneMappable(source);
  if (toSdr) warnings.push({ code: "hdr_to_sdr", params: { hdr: source.hdr ?? "HDR" } });

  const codec = wanted.codec;
  return fitLadder(source, wanted.renditions, warnings).map(({ rendition, width, height }) => ({
    kind: "video",
    name: rendition.name,
    codec,
    encoder: VIDEO_ENCODERS[codec],
    width,
    height,
    filters,
    toSdr,
    pixelFormat: wanted.bitDepth === 10 ? "yuv420p10le" : "yuv420p",
    frameRate,
    rateControl: rendition.rateControl,
    preset: wanted.preset,
    tune: wanted.tune,
    profile: rendition.profile,
    level: rendition.level,
    gopSeconds: wanted.gopSeconds,
  }));
}

/**
 * Fits each rung into its box without scaling up. Rungs that would all give the source's own size are the same picture
 * several times: only the smallest of them stays.
 */
function fitLadder(source: VideoStream, rungs: readonly Rendition[], warnings: MediaWarning[]): Fitted[] {
  const fitted = rungs.map((rendition) => fit(source, rendition));
  const smallestWhole = fitted.filter((rung) => rung.isWhole).at(-1);
  const size = `${source.width}x${source.height}`;
  const kept: Fitted[] = [];
  for (const rung of fitted) {
    const isRepeated =
      (rung.isWhole && rung !== smallestWhole) ||
      kept.some((other) => other.width === rung.width && other.height === rung.height && !rung.isWhole);
    if (isRepeated && rungs.length > 1) {
      warnings.push({ code: "rung_skipped", params: { rung: rung.rendition.name, source: size } });
    } else {
      kept.push(rung);
    }
  }
  for (const rung of kept) {
    if (rung.isWhole && isAbove(rung.rendition, source)) {
      warnings.push({
        code: "size_capped",
        params: { rung: rung.rendition.name, width: rung.width, height: rung.height },
      });
    }
  }
  return kept;
}

function fit(source: VideoStream, rendition: Rendition): Fitted {
  const box = boxFor(source, rendition);
  const scale = Math.min(1, box.width / source.width, box.height / source.height);
  const isWhole = scale === 1;
  const even = (pixels: number, most: number) =>
    Math.max(2, Math.min(Math.round(pixels / 2) * 2, Math.floor(most / 2) * 2));
  return {
    rendition,
    width: even(source.width * scale, Math.min(source.width, box.width)),
    height: even(source.height * scale, Math.min(source.height, box.height)),
    isWhole,
  };
}

/** The box of a rung, turned for a portrait source; a side that is not given does not limit. */
function boxFor(source: VideoStream, rendition: Rendition): { width: number; height: number } {
  const width = rendition.width ?? Number.POSITIVE_INFINITY;
  const height = rendition.height ?? Number.POSITIVE_INFINITY;
  return source.height > source.width ? { width: height, height: width } : { width, height };
}

function isAbove(rendition: Rendition, source: VideoStream): boolean {
  const box = boxFor(source, rendition);
  const isLarger = (side: number, own: number) => Number.isFinite(side) && side > own + 1;
  return (
    (isLarger(box.width, source.width) && isLarger(box.height, source.height)) ||
    (isLarger(box.width, source.width) && !Number.isFinite(box.height)) ||
    (isLarger(box.height, source.height) && !Number.isFinite(box.width))
  );
}

function warnAboutSource(source: VideoStream, warnings: MediaWarning[]): void {
  if (source.rotation !== 0) warnings.push({ code: "rotated", params: { degrees: source.rotation } });
  if (source.sampleAspect !== null)
    warnings.push({ code: "non_square_pixels", params: { aspect: source.sampleAspect } });
  if (source.width % 2 || source.height % 2) {
    warnings.push({ code: "odd_size", params: { width: source.width, height: source.height } });
  }
  if (source.isVariableFrameRate)
    warnings.push({ code: "variable_frame_rate", params: { fps: round2(source.frameRate ?? 0) } });
}

/** Deinterlacing and frame rate: filters that come before scaling, and the rate that results. */
function planFrames(
  source: VideoStream,
  wanted: VideoSpec,
  warnings: MediaWarning[],
): { filters: string[]; frameRate: number | null } {
  const filters: string[] = [];
  const isInterlaced = ["tt", "bb", "tb", "bt"].includes(source.fieldOrder ?? "");
  if (wanted.deinterlace === "always") filters.push("bwdif=mode=send_frame:deint=all");
  else if (wanted.deinterlace === "auto" && isInterlaced)
    filters.push("bwdif=mode=send_frame:deint=interlaced");
  if (isInterlaced) warnings.push({ code: "interlaced", params: { order: source.fieldOrder ?? "" } });

  const rate = source.frameRate;
  if (wanted.frameRate.mode === "fixed") {
    filters.push(`fps=${wanted.frameRate.fps}`);
    return { filters, frameRate: wanted.frameRate.fps };
  }
  if (wanted.frameRate.mode === "cap" && rate !== null && rate > wanted.frameRate.fps * 1.001) {
    filters.push(`fps=${wanted.frameRate.fps}`);
    warnings.push({ code: "frame_rate_capped", params: { from: round2(rate), to: wanted.frameRate.fps } });
    return { filters, frameRate: wanted.frameRate.fps };
  }
  // libvpx places keyframes by frame count, so its frames have to come evenly.
  if (wanted.codec === "vp9" && source.isVariableFrameRate && rate !== null) {
    filters.push(`fps=${round2(rate)}`);
    return { filters, frameRate: round2(rate) };
  }
  return { filters, frameRate: rate };
}

/** zscale refuses untagged input; only these transfers are known to work. */
const isToneMappable = (source: VideoStream) =>
  ["smpte2084", "arib-std-b67"].includes(source.colorTransfer ?? "");

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

const round2 = (value: number) => Math.round(value * 100) / 100;
