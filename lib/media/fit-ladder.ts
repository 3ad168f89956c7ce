import type { Rendition } from "#lib/media/encode-spec.ts";
import type { MediaWarning } from "#lib/media/media-info.ts";

type Size = { width: number; height: number };
export type FittedRung = Size & { rendition: Rendition; isWhole: boolean };

/**
 * Fits each rung into its box without scaling up. Rungs that would all give the picture's own size are the same picture
 * several times: only the smallest of them stays. Appends to `warnings`.
 */
export function fitLadder(
  picture: Size,
  rungs: readonly Rendition[],
  warnings: MediaWarning[],
): FittedRung[] {
  const fitted = rungs.map((rendition) => fit(picture, rendition));
  const smallestWhole = fitted.filter((rung) => rung.isWhole).at(-1);
  const size = `${picture.width}x${picture.height}`;
  const kept: FittedRung[] = [];
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
    if (rung.isWhole && isAbove(rung.rendition, picture)) {
      warnings.push({
        code: "size_capped",
        params: { rung: rung.rendition.name, width: rung.width, height: rung.height },
      });
    }
  }
  return kept;
}

function fit(picture: Size, rendition: Rendition): FittedRung {
  const box = boxFor(picture, rendition);
  const scale = Math.min(1, box.width / picture.width, box.height / picture.height);
  const even = (pixels: number, most: number) =>
    Math.max(2, Math.min(Math.round(pixels / 2) * 2, Math.floor(most / 2) * 2));
  return {
    rendition,
    width: even(picture.width * scale, Math.min(picture.width, box.width)),
    height: even(picture.height * scale, Math.min(picture.height, box.height)),
    isWhole: scale === 1,
  };
}

/** The box of a rung, turned for a portrait picture; a side that is not given does not limit. */
export function boxFor(picture: Size, rendition: Rendition): Size {
  const width = rendition.width ?? Number.POSITIVE_INFINITY;
  const height = rendition.height ?? Number.POSITIVE_INFINITY;
  return picture.height > picture.width ? { width: height, height: width } : { width, height };
}

function isAbove(rendition: Rendition, picture: Size): boolean {
  const box = boxFor(picture, rendition);
  const isLarger = (side: number, own: number) => Number.isFinite(side) && side > own + 1;
  return (
    (isLarger(box.width, picture.width) && isLarger(box.height, picture.height)) ||
    (isLarger(box.width, picture.width) && !Number.isFinite(box.height)) ||
    (isLarger(box.height, picture.height) && !Number.isFinite(box.width))
  );
}
