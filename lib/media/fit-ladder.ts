import type { Rendition, VideoSpec } from "#lib/media/encode-spec.ts";
import type { MediaWarning } from "#lib/media/media-info.ts";

type Size = { width: number; height: number };
type Scale = NonNullable<VideoSpec["scale"]>;
/** `crop`: the middle part of the picture that is left before it is scaled; null for all of it. */
export type FittedRung = Size & { rendition: Rendition; isWhole: boolean; crop: Size | null };

/**
 * Fits each rung into its box without scaling up. Rungs that would all give the picture's own size are the same picture
 * several times: only the smallest of them stays. Appends to `warnings`.
 */
export function fitLadder(
  picture: Size,
  rungs: readonly Rendition[],
  warnings: MediaWarning[],
  scale: Scale = "fit",
): FittedRung[] {
  const fitted = rungs.map((rendition) => fit(picture, rendition, scale));
  // Boxes of about one shape (1280x720, 854x480) differ by a rounding where the picture fills neither.
  const isSame = (one: FittedRung, other: FittedRung) => {
    const most = one.isWhole && other.isWhole ? 2 : 0;
    return Math.abs(one.width - other.width) <= most && Math.abs(one.height - other.height) <= most;
  };
  const size = `${picture.width}x${picture.height}`;
  const kept: FittedRung[] = [];
  for (const [index, rung] of fitted.entries()) {
    const isRepeated = rung.isWhole
      ? fitted.slice(index + 1).some((other) => other.isWhole && isSame(other, rung))
      : kept.some((other) => isSame(other, rung));
    if (isRepeated && rungs.length > 1) {
      warnings.push({ code: "rung_skipped", params: { rung: rung.rendition.name, source: size } });
    } else {
      kept.push(rung);
    }
  }
  for (const rung of kept) {
    if (rung.isWhole && isAbove(rung.rendition, picture, scale)) {
      warnings.push({
        code: "size_capped",
        params: { rung: rung.rendition.name, width: rung.width, height: rung.height },
      });
    }
  }
  return kept;
}

function fit(picture: Size, rendition: Rendition, scale: Scale): FittedRung {
  const box = boxFor(picture, rendition, scale);
  if (scale === "fill" && isFinite(box.width + box.height)) return fill(picture, rendition, box);
  const byWidth = Math.min(1, box.width / picture.width);
  const byHeight = Math.min(1, box.height / picture.height);
  const [x, y] =
    scale === "stretch" ? [byWidth, byHeight] : [Math.min(byWidth, byHeight), Math.min(byWidth, byHeight)];
  return {
    rendition,
    width: even(picture.width * x, Math.min(picture.width, box.width)),
    height: even(picture.height * y, Math.min(picture.height, box.height)),
    isWhole: x === 1 && y === 1,
    crop: null,
  };
}

/** The box's shape, cut out of the middle of the picture: as large as the box, or as the picture lets it be. */
function fill(picture: Size, rendition: Rendition, box: Size): FittedRung {
  const factor = Math.min(picture.width / box.width, picture.height / box.height);
  const crop = {
    width: even(box.width * factor, picture.width),
    height: even(box.height * factor, picture.height),
  };
  const shrunk = Math.min(1, factor);
  return {
    rendition,
    width: even(box.width * shrunk, Math.min(box.width, crop.width)),
    height: even(box.height * shrunk, Math.min(box.height, crop.height)),
    isWhole: factor <= 1,
    crop: crop.width >= picture.width - 1 && crop.height >= picture.height - 1 ? null : crop,
  };
}

const even = (pixels: number, most: number) =>
  Math.max(2, Math.min(Math.round(pixels / 2) * 2, Math.floor(most / 2) * 2));

/**
 * The box of a rung; a side that is not given does not limit. Turned for a portrait picture, except where the template
 * means width and height as they are.
 */
export function boxFor(picture: Size, rendition: Rendition, scale: Scale = "fit"): Size {
  const width = rendition.width ?? Number.POSITIVE_INFINITY;
  const height = rendition.height ?? Number.POSITIVE_INFINITY;
  const isTurned = scale === "fit" || scale === "long_side" || scale === "short_side";
  return isTurned && picture.height > picture.width ? { width: height, height: width } : { width, height };
}

/** What a picture has to be within so that nothing needs scaling or cutting. */
export function boundsFor(picture: Size, rendition: Rendition, scale: Scale = "fit"): Size {
  const box = boxFor(picture, rendition, scale);
  const crop =
    scale === "fill" && isFinite(box.width + box.height) ? fill(picture, rendition, box).crop : null;
  if (crop === null) return box;
  return { width: Math.min(box.width, crop.width), height: Math.min(box.height, crop.height) };
}

function isAbove(rendition: Rendition, picture: Size, scale: Scale): boolean {
  const box = boxFor(picture, rendition, scale);
  const isLarger = (side: number, own: number) => Number.isFinite(side) && side > own + 1;
  const [isWider, isHigher] = [isLarger(box.width, picture.width), isLarger(box.height, picture.height)];
  if (scale === "fill" || scale === "stretch") return isWider || isHigher;
  return (
    (isWider && isHigher) ||
    (isWider && !Number.isFinite(box.height)) ||
    (isHigher && !Number.isFinite(box.width))
  );
}
