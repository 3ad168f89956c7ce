import type { EncodeSpec } from "#lib/media/encode-spec.ts";

/** What of a template's answer is there only when it is set; the fields of {@link readExtras} in the vendor's order. */
export type VendorExtras = {
  logo_path?: string;
  /** "10%": its width. */
  logo_size?: string;
  /** "2%x2%" from the left and the top, "-2%x-2%" from the right and the bottom. */
  logo_offset?: string;
  encryption?: {
    provider: string;
    mode: string;
    drm_systems: string[];
    key_url: string;
    http_method: string;
    headers: Record<string, string>;
  };
  /** Whole seconds and pixels: the vendor's client takes no others. */
  thumbnail?: { start_point: number; interval: number; number: number; width: number; height: number };
};

/** What add_template would read as the same; what the vendor has no words for is left out. */
export function toVendorExtras({ watermarks, thumbnails, encryption }: EncodeSpec): VendorExtras {
  const thumbnail = thumbnails && toThumbnail(thumbnails);
  return {
    ...toLogo(watermarks),
    ...(encryption && {
      encryption: {
        provider: "",
        mode: encryption.method,
        drm_systems: [],
        key_url: encryption.keyUrl ?? "",
        http_method: "",
        headers: {},
      },
    }),
    ...(thumbnail && { thumbnail }),
  };
}

function toLogo([logo, ...others]: EncodeSpec["watermarks"]): VendorExtras {
  if (logo?.kind !== "image" || others.length > 0 || logo.opacity !== 1) return {};
  const { position, marginPercent, verticalMarginPercent, startSeconds, endSeconds } = logo;
  const corner = /^(top|bottom)-(left|right)$/.exec(position);
  if (!corner || startSeconds !== undefined || endSeconds !== undefined) return {};
  const [, side, edge] = corner;
  const [across, down] = [`${marginPercent}%`, `${verticalMarginPercent ?? marginPercent}%`];
  return {
    logo_path: logo.source,
    logo_size: `${logo.widthPercent}%`,
    logo_offset: `${edge === "right" ? "-" : ""}${across}x${side === "bottom" ? "-" : ""}${down}`,
  };
}

function toThumbnail(thumbnails: NonNullable<EncodeSpec["thumbnails"]>): VendorExtras["thumbnail"] | null {
  const { intervalSeconds, count, times, percents, width = 0, sprite } = thumbnails;
  if (sprite || percents) return null;
  const none = { start_point: 0, interval: 0, number: 0, width, height: 0 };
  if (count !== undefined) return { ...none, number: count };
  if (times === undefined) {
    const interval = intervalSeconds ?? 10;
    return Number.isInteger(interval) ? { ...none, interval } : null;
  }
  const [start = 0, second = start] = times;
  const interval = second - start;
  const isEven = times.every((time, at) => time === start + at * interval);
  if (!isEven || !Number.isInteger(start) || !Number.isInteger(interval) || interval < 0) return null;
  // A single picture at the start is the first of any number.
  if (start === 0 && interval === 0) return { ...none, interval: 1, number: 1 };
  return { ...none, start_point: start, interval, number: times.length };
}
