import { refusal } from "#lib/dialects/visionular/refusal.ts";
import type { TemplateWire } from "#lib/dialects/visionular/template-schema.ts";
import type { CreateTemplateInput } from "#lib/templates/schema.ts";

type Spec = CreateTemplateInput["spec"];
type Extras = Pick<Spec, "watermarks" | "thumbnails" | "encryption">;
type Image = Extract<NonNullable<Spec["watermarks"]>[number], { kind: "image" }>;
/** Of the largest rendition, in pixels; a side that follows from the other is not there. */
type Size = { width?: number | undefined; height?: number | undefined };

/**
 * Logo, thumbnails and encryption of a template. The vendor publishes their fields but not their units: README.md says how
 * they are read. @throws {AppError} `invalid_input` that names the vendor's field
 */
export function readExtras(wire: TemplateWire, size: Size = {}): Extras {
  const logo = readLogo(wire, size);
  const thumbnails = readThumbnails(wire.thumbnail ?? {}, size);
  const encryption = readEncryption(wire.encryption ?? {});
  return {
    ...(logo && { watermarks: [logo] }),
    ...(thumbnails && { thumbnails }),
    ...(encryption && { encryption }),
  };
}

/** How wide a logo is that says nothing of it, in percent of the picture. */
const USUAL_WIDTH_PERCENT = 10;

function readLogo({ logo_path, logo_size, logo_offset }: TemplateWire, picture: Size): Image | null {
  if (!logo_path) {
    for (const [field, text] of Object.entries({ logo_size, logo_offset }))
      if (text) throw refusal(field, "there is no logo without a logo_path");
    return null;
  }
  if (!/^(https?:|data:)/i.test(logo_path))
    throw refusal("logo_path", "a path in a storage cannot be read; give the logo's http or https address");
  return {
    kind: "image",
    source: logo_path,
    widthPercent: readLogoWidth(logo_size ?? "", picture),
    ...readLogoPlace(logo_offset ?? "", picture),
  };
}

/** "10%", or pixels of the template's resolution as "128" or "128x0": the logo keeps its shape. */
function readLogoWidth(text: string, picture: Size): number {
  if (isNothing(text)) return USUAL_WIDTH_PERCENT;
  const [, amount, unit, height] = /^(\d+(?:\.\d+)?)(%?)(?:[x*](\d+)%?)?$/i.exec(text) ?? [];
  if (amount === undefined) throw refusal("logo_size", `"${text.slice(0, 40)}" is not like 10% or 128x0`);
  if (height !== undefined && Number(height) > 0)
    throw refusal("logo_size", "the logo keeps its shape; give its width alone, as 10% or 128x0");
  return unit === "%" ? Number(amount) : shareOf(Number(amount), picture.width, "logo_size");
}

/** "" and zeros: not given, as in the rest of the template. */
const isNothing = (text: string) => /^(0%?([x*:,]0%?)?)?$/i.test(text);

type Place = Pick<Image, "position" | "marginPercent" | "verticalMarginPercent">;

/** "20x10" from the left and the top, "-20x-10" from the right and the bottom, in pixels or in percent ("2%x2%"). */
function readLogoPlace(text: string, picture: Size): Place {
  if (isNothing(text)) return { position: "top-left", marginPercent: 0 };
  const parts = /^(-?)(\d+(?:\.\d+)?)(%?)[x*:,](-?)(\d+(?:\.\d+)?)(%?)$/i.exec(text);
  if (!parts) throw refusal("logo_offset", `"${text.slice(0, 40)}" is not like 2%x2% or -20x10`);
  const [, fromRight, x, xUnit, fromBottom, y, yUnit] = parts;
  const across = xUnit === "%" ? Number(x) : shareOf(Number(x), picture.width, "logo_offset");
  const down = yUnit === "%" ? Number(y) : shareOf(Number(y), picture.height, "logo_offset");
  return {
    position: `${fromBottom ? "bottom" : "top"}-${fromRight ? "right" : "left"}`,
    marginPercent: across,
    ...(down !== across && { verticalMarginPercent: down }),
  };
}

/** Pixels in percent of a side of the picture, to a thousandth; none is nothing of any picture. */
function shareOf(pixels: number, side: number | undefined, field: string): number {
  if (pixels === 0) return 0;
  if (side === undefined)
    throw refusal(field, "pixels are a share of the picture only with a resolution; give percent");
  return Math.round((pixels / side) * 100_000) / 1000;
}

const MOST_TIMES = 100;

function readThumbnails(
  { start_point, interval, number, width, height }: NonNullable<TemplateWire["thumbnail"]>,
  picture: Size,
): Extras["thumbnails"] | null {
  const [start, every, count] = [start_point || 0, interval || 0, number || 0];
  if (start === 0 && every === 0 && count === 0) {
    if (width || height) throw refusal("thumbnail", "give an interval, a number or both");
    return null;
  }
  if (height && !isShape(width || 0, height, picture))
    throw refusal("thumbnail.height", "thumbnails keep the picture's shape; give their width alone");
  const sized = width ? { width } : {};
  if (start === 0 && every === 0) return { count, ...sized };
  if (start === 0 && count === 0) return { intervalSeconds: every, ...sized };
  if (count === 0)
    throw refusal("thumbnail.start_point", "from there on as many as number says; give a number");
  if (every === 0 && count > 1)
    throw refusal("thumbnail.start_point", "several pictures from there on need an interval");
  if (count > MOST_TIMES) throw refusal("thumbnail.number", `${MOST_TIMES} at most at times that are given`);
  const times = Array.from({ length: count }, (_, at) => Math.round((start + at * every) * 1000) / 1000);
  return { times, ...sized };
}

/** Whether a box has the picture's own shape, so that its height says nothing more; the picture's has to be known. */
function isShape(width: number, height: number, picture: Size): boolean {
  if (picture.width === undefined || picture.height === undefined || width === 0) return false;
  return Math.abs((width * picture.height) / picture.width - height) <= 2;
}

/** What their one method may be called. */
const AES_128 = /^(aes|aes-?128|aes-?128-?cbc)$/i;

function readEncryption({
  provider,
  mode,
  drm_systems,
  key_url,
  http_method,
  headers,
}: NonNullable<TemplateWire["encryption"]>): Extras["encryption"] | null {
  if (drm_systems && drm_systems.length > 0)
    throw refusal("encryption.drm_systems", "DRM is not available; AES-128 of HLS is");
  for (const [field, word] of Object.entries({ provider, mode }))
    if (word && !AES_128.test(word))
      throw refusal(`encryption.${field}`, `"${word.slice(0, 40)}" is not available; AES-128 of HLS is`);
  if (http_method && http_method.toUpperCase() !== "GET")
    throw refusal("encryption.http_method", "the key is fetched with GET");
  if (headers && Object.keys(headers).length > 0)
    throw refusal(
      "encryption.headers",
      "the key is fetched without headers of yours; put a token into key_url",
    );
  if (!provider && !mode && !key_url) return null;
  return { method: "aes-128", ...(key_url && { keyUrl: key_url }) };
}
