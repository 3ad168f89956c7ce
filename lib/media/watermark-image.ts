import type { Capabilities } from "#lib/media/capabilities.ts";

/** Longest `data:` address of an image, in characters: about 128 KiB of picture, which every logo fits into. */
export const MOST_DATA_CHARACTERS = 175_000;
/** Largest image that is fetched. */
export const MOST_IMAGE_BYTES = 5 * 1024 ** 2;

/** The kinds of picture that are taken: how they begin, and what ffmpeg reads them with. */
const IMAGE_KINDS = {
  png: { begins: /^\x89PNG\r\n\x1a\n/, demuxer: "png_pipe", decoder: "png" },
  jpeg: { begins: /^\xff\xd8\xff/, demuxer: "jpeg_pipe", decoder: "mjpeg" },
  webp: { begins: /^RIFF[\s\S]{4}WEBP/, demuxer: "webp_pipe", decoder: "webp" },
} as const;
export type ImageKind = keyof typeof IMAGE_KINDS;

export const IMAGE_DECODERS = Object.values(IMAGE_KINDS).map(({ decoder }) => decoder);
export const imageDemuxer = (kind: ImageKind): string => IMAGE_KINDS[kind].demuxer;

/** What a picture is by its first bytes (each a character), whatever it is called; null for anything else. */
export const imageKind = (start: string): ImageKind | null =>
  (Object.keys(IMAGE_KINDS) as ImageKind[]).find((kind) => IMAGE_KINDS[kind].begins.test(start)) ?? null;

const DATA = /^data:image\/[a-z]+;base64,([A-Za-z0-9+/]+={0,2})$/;

/** Base64 of the picture when the template itself holds it; null for an address. */
export const imageData = (source: string): string | null => DATA.exec(source)?.[1] ?? null;

/** Whether the worker may be asked to fetch it. */
export const isFetchable = (source: string): boolean => {
  const url = URL.canParse(source) ? new URL(source) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
};

/** Why a watermark's source cannot be used; null when it can, as far as it can be told without fetching it. */
export function imageIssue(source: string, capabilities?: Capabilities): string | null {
  const data = imageData(source);
  if (data === null) {
    if (isFetchable(source)) return null;
    return "Give the image as data:image/png;base64,… or as an http or https address; PNG, JPEG and WebP are taken.";
  }
  if (data.length % 4 !== 0) return "The base64 of the image is cut off.";
  const kind = imageKind(atob(data.slice(0, 24)));
  if (kind === null) return "The image is no PNG, JPEG or WebP.";
  const { decoder } = IMAGE_KINDS[kind];
  return capabilities && !capabilities.decoders.includes(decoder)
    ? `This worker's ffmpeg has no decoder for it (${decoder}).`
    : null;
}
