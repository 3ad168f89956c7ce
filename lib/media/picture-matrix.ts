import type { VideoStream } from "#lib/media/media-info.ts";

/** The matrix between a picture's YUV and RGB, in swscale's words. */
export type Matrix = "bt601" | "bt709" | "bt2020";

/** Players take pictures without colour tags for standard definition below this height (Chromium, mpv), and then for BT.601. */
export const LEAST_HD_HEIGHT = 720;

/** ffmpeg's names of pixel formats in RGB, with and without transparency, and of palettes of it. */
const RGB = /^(?:0?rgb|0?bgr|argb|abgr|rgba|bgra|gbr|x2rgb|x2bgr|pal8|bayer)/;

export const isRgb = ({ pixelFormat }: VideoStream): boolean => RGB.test(pixelFormat ?? "");

/** What a source's colours are in, by its tags or by its size; of RGB what {@link fromRgb} makes of it. */
export function matrixOf(source: VideoStream): Matrix {
  if (isRgb(source)) return "bt709";
  const space = source.colorSpace;
  if (space === "smpte170m" || space === "bt470bg") return "bt601";
  if (space?.startsWith("bt2020") === true) return "bt2020";
  return isUntagged(source) && source.height < LEAST_HD_HEIGHT ? "bt601" : "bt709";
}

const isUntagged = ({ colorSpace }: VideoStream) => colorSpace === null || colorSpace === "unknown";

/**
 * Tags of a rung that is of another class than its source: high definition without tags, made smaller, would otherwise be
 * shown as standard definition is.
 */
export const needsTags = (source: VideoStream, height: number): boolean =>
  isUntagged(source) && source.height >= LEAST_HD_HEIGHT && height < LEAST_HD_HEIGHT;

export const BT709_TAGS = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709";

/** ffmpeg would convert RGB in BT.601 whatever the size, and tag it with nothing. */
export function fromRgb(source: VideoStream, bitDepth: 8 | 10): string[] {
  if (!isRgb(source)) return [];
  const format = bitDepth === 10 ? "yuv444p10le" : "yuv444p";
  return [
    `scale=out_color_matrix=bt709:out_range=tv:flags=bicubic`,
    `format=${format}`,
    `${BT709_TAGS}:range=tv`,
  ];
}

/** JPEG is in BT.601 and in all of a byte's range, and says of neither. */
export const asJpeg = (matrix: Matrix): string =>
  `scale=in_color_matrix=${matrix}:out_color_matrix=bt601:out_range=pc:flags=bicubic,format=yuvj420p`;

/** So is WebP's picture, in the range of television. */
export const asWebp = (matrix: Matrix): string =>
  `scale=in_color_matrix=${matrix}:out_color_matrix=bt601:out_range=tv:flags=bicubic,format=yuv420p`;

/** Colours as they are shown, for a palette. */
export const asRgb = (matrix: Matrix): string => `scale=in_color_matrix=${matrix}:flags=bicubic,format=bgra`;
