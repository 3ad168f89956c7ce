import { FailureError } from "#lib/errors.ts";
import type { EncodeSpec, VideoSpec, Watermark } from "#lib/media/encode-spec.ts";
import { clipEnd } from "#lib/media/plan-clip.ts";
import type { MediaInfo, VideoStream } from "#lib/media/media-info.ts";
import { matrixOf } from "#lib/media/picture-matrix.ts";
import type { PlannedImage, PlannedText } from "#lib/media/planned-rendition.ts";

type Size = { width: number; height: number };

/** What is done to the picture before it is scaled into the rungs, and the size that it then has. */
export type PlannedPicture = {
  filters: string[];
  fades: string[];
  texts: PlannedText[];
  images: PlannedImage[];
  size: Size;
};

/**
 * Crop, turn, denoise, pad, fade, texts and images, in this order. A crop counts in pixels of the picture as it is shown.
 * @throws FailureError TEMPLATE_INVALID when the crop lies outside of the source
 */
export function planPicture(
  media: MediaInfo,
  source: VideoStream,
  spec: EncodeSpec,
  wanted: VideoSpec,
): PlannedPicture {
  const filters: string[] = [];
  let size: Size = { width: source.width, height: source.height };
  const { crop, rotate, pad } = spec;
  if (source.sampleAspect !== null && (crop || rotate !== undefined || pad || wanted.scale === "fill")) {
    size = { width: even(size.width), height: even(size.height) };
    filters.push(scaled(size));
  } else if (crop) {
    // Leaves frames alone unless their size changes midway, where they could be smaller than the crop.
    filters.push(`scale=${size.width}:${size.height}:flags=bicubic`);
  }
  if (crop) {
    if (crop.x + crop.width > size.width || crop.y + crop.height > size.height) {
      const reason = `${crop.width}x${crop.height} at ${crop.x},${crop.y} lies outside of the source, which is ${size.width}x${size.height}`;
      throw new FailureError("TEMPLATE_INVALID", { template: "", field: "crop", reason });
    }
    filters.push(`crop=${crop.width}:${crop.height}:${crop.x}:${crop.y}`);
    size = { width: crop.width, height: crop.height };
  }
  if (rotate !== undefined) {
    filters.push(TURNS[rotate]);
    if (rotate !== 180) size = { width: size.height, height: size.width };
  }
  if (wanted.denoise !== "off") filters.push(`hqdn3d=${DENOISE[wanted.denoise]}`);
  if (pad) {
    const canvas = { width: even(pad.width), height: even(pad.height) };
    const factor = Math.min(1, canvas.width / size.width, canvas.height / size.height);
    filters.push(
      scaled({ width: even(size.width * factor), height: even(size.height * factor) }),
      `pad=${canvas.width}:${canvas.height}:(ow-iw)/2:(oh-ih)/2:color=0x${pad.color.slice(1)}`,
    );
    size = canvas;
  }
  const fades = fadeFilters(media, spec, "fade");
  return { filters, fades, texts: planTexts(spec), images: planImages(source, spec), size };
}

/** unsharp after scaling: what scaling down takes away is what it gives back. */
export const sharpenFilter = ({ sharpen }: VideoSpec): string[] =>
  sharpen === "off" ? [] : [`unsharp=5:5:${SHARPEN[sharpen]}:5:5:0`];

/**
 * Fades of the picture ("fade") or the sound ("afade").
 * @throws FailureError TEMPLATE_INVALID when the result is to fade out and its end is not known
 */
export function fadeFilters(media: MediaInfo, spec: EncodeSpec, filter: "fade" | "afade"): string[] {
  const { fade } = spec;
  if (!fade) return [];
  const length = resultSeconds(media, spec);
  const filters = fade.inSeconds > 0 ? [`${filter}=t=in:st=0:d=${fade.inSeconds}`] : [];
  if (fade.outSeconds === 0) return filters;
  if (length === null) {
    const reason = "the source doesn't say how long it is, so the time to fade out is not known";
    throw new FailureError("TEMPLATE_INVALID", { template: "", field: "fade.outSeconds", reason });
  }
  const start = Math.max(0, Math.round((length - fade.outSeconds) * 1000) / 1000);
  return [...filters, `${filter}=t=out:st=${start}:d=${fade.outSeconds}`];
}

export function resultSeconds({ durationSeconds }: MediaInfo, { clip }: EncodeSpec): number | null {
  const end = Math.min(durationSeconds ?? Infinity, clipEnd(clip) ?? Infinity);
  return Number.isFinite(end) ? end - (clip?.startSeconds ?? 0) : null;
}

const TURNS = { 90: "transpose=clock", 180: "hflip,vflip", 270: "transpose=cclock" } as const;
const DENOISE = { light: "2:1.5:3:2.5", medium: "4:3:6:4.5", strong: "8:6:12:9" } as const;
const SHARPEN = { light: "0.4", medium: "0.8", strong: "1.2" } as const;

function planTexts(spec: EncodeSpec): PlannedText[] {
  return spec.watermarks
    .filter((watermark) => watermark.kind === "text")
    .map((watermark) => ({
      text: watermark.text,
      options: [
        `font=${/[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]/.test(watermark.text) ? "Noto Sans CJK SC" : "DejaVu Sans"}`,
        `fontcolor=white@${watermark.opacity}`,
        `fontsize=h*${watermark.heightPercent}/100`,
        `shadowcolor=black@${Math.round(watermark.opacity * 50) / 100}`,
        "shadowx=2",
        "shadowy=2",
        ...placed(watermark),
        ...shownBetween(watermark.startSeconds, watermark.endSeconds),
      ].join(":"),
    }));
}

function planImages(source: VideoStream, spec: EncodeSpec): PlannedImage[] {
  const matrix = matrixOf(source) === "bt601" ? "bt601" : "bt709";
  return spec.watermarks.flatMap((watermark, at) => {
    if (watermark.kind !== "image") return [];
    const { source: image, opacity, widthPercent } = watermark;
    const options = [
      ...placed(watermark, { w: "W", h: "H", tw: "w", th: "h" }),
      ...shownBetween(watermark.startSeconds, watermark.endSeconds),
    ].join(":");
    return [{ at, source: image, opacity, widthPercent, matrix, options }];
  });
}

/** `words`: what the filter calls the picture's sides and those of what is put there. */
function placed(
  { position, marginPercent: margin, verticalMarginPercent: vertical = margin }: Watermark,
  { w, h, tw, th } = { w: "w", h: "h", tw: "tw", th: "th" },
): string[] {
  const x = position.endsWith("left")
    ? `${w}*${margin}/100`
    : position.endsWith("right")
      ? `${w}-${tw}-${w}*${margin}/100`
      : `(${w}-${tw})/2`;
  const y = position.startsWith("top")
    ? `${h}*${vertical}/100`
    : position.startsWith("bottom")
      ? `${h}-${th}-${h}*${vertical}/100`
      : `(${h}-${th})/2`;
  return [`x=${x}`, `y=${y}`];
}

function shownBetween(start: number | undefined, end: number | undefined): string[] {
  if (start === undefined && end === undefined) return [];
  const from = `gte(t\\,${start ?? 0})`;
  return [`enable=${end === undefined ? from : `${from}*lt(t\\,${end})`}`];
}

const scaled = ({ width, height }: Size) => `scale=${width}:${height}:flags=bicubic,setsar=1`;

const even = (pixels: number) => Math.max(2, Math.floor(pixels / 2) * 2);
