import { ffprobeJson, type FfprobeOptions, type SideData } from "#lib/media/ffprobe-json.ts";
import type { HdrMetadata, MasteringDisplay, MediaInfo } from "#lib/media/media-info.ts";

/** SMPTE ST 2086 counts chromaticities and luminances in these, and x265 takes them so. */
const PER_CHROMATICITY = 50_000;
const PER_NIT = 10_000;

/**
 * Adds to each HDR picture what its first frame (or else its container) says of the display that it was graded on. Costs
 * the decoding of one frame; nothing for other pictures, and nothing is added where there is nothing.
 * @param input arguments that open the file
 */
export async function addHdrMetadata(
  media: MediaInfo,
  input: readonly string[],
  options: FfprobeOptions,
): Promise<void> {
  for (const video of media.video.filter(({ hdr }) => hdr !== null)) {
    const only = ["-select_streams", String(video.index), "-read_intervals", "%+#1"];
    const { json } = await ffprobeJson([...only, "-show_streams", "-show_frames", ...input], options);
    const found = [...(json?.frames ?? []), ...(json?.streams ?? [])].flatMap((one) => one.side_data_list);
    const metadata = readHdrMetadata(found);
    if (metadata !== null) video.hdrMetadata = metadata;
  }
}

/** The first of each kind that is whole; null without any. */
export function readHdrMetadata(list: readonly SideData[]): HdrMetadata | null {
  const mastering = list.map(readMastering).find((found) => found !== null) ?? null;
  const light = list.find((data) => data["max_content"] !== undefined);
  const [maxCll, maxFall] = [Number(light?.["max_content"]), Number(light?.["max_average"])];
  const contentLight = isNits(maxCll) && isNits(maxFall) && maxCll > 0 ? { maxCll, maxFall } : null;
  return mastering === null && contentLight === null ? null : { mastering, contentLight };
}

const isNits = (value: number) => Number.isInteger(value) && value >= 0 && value <= 65_535;

function readMastering(data: SideData): MasteringDisplay | null {
  const points = ["red", "green", "blue", "white_point"].map((name) =>
    [`${name}_x`, `${name}_y`].map((key) => counted(data[key], PER_CHROMATICITY)),
  );
  const [max, min] = ["max_luminance", "min_luminance"].map((key) => counted(data[key], PER_NIT));
  const isWhole = points.flat().every((value) => value !== null && value <= PER_CHROMATICITY);
  if (!isWhole || max == null || min == null || max <= min || max > 0xffff_ffff) return null;
  const [red, green, blue, white] = points as [Point, Point, Point, Point];
  return { red, green, blue, white, maxLuminance: max, minLuminance: min };
}

type Point = [number, number];

/** "34000/50000" in units; null for what is no fraction. */
function counted(text: unknown, units: number): number | null {
  const [top, bottom] = String(text).split("/").map(Number);
  if (top === undefined || bottom === undefined || !(bottom > 0) || !(top >= 0)) return null;
  return Math.round((top / bottom) * units);
}

/** x265's parameters, which it repeats with every keyframe: what stands at the beginning alone is soon forgotten. */
export function x265HdrParams({ mastering, contentLight }: HdrMetadata): string[] {
  return [
    ...(mastering === null ? [] : [`master-display=${display(mastering, String, String)}`]),
    ...(contentLight === null ? [] : [`max-cll=${contentLight.maxCll},${contentLight.maxFall}`]),
  ];
}

/** The same in SVT-AV1's words, which counts in whole candelas and fractions. */
export function svtHdrParams({ mastering, contentLight }: HdrMetadata): string[] {
  const chromaticity = (value: number) => (value / PER_CHROMATICITY).toFixed(5);
  const luminance = (value: number) => (value / PER_NIT).toFixed(4);
  return [
    ...(mastering === null ? [] : [`mastering-display=${display(mastering, chromaticity, luminance)}`]),
    ...(contentLight === null ? [] : [`content-light=${contentLight.maxCll},${contentLight.maxFall}`]),
  ];
}

function display(
  { red, green, blue, white, maxLuminance, minLuminance }: MasteringDisplay,
  chromaticity: (value: number) => string,
  luminance: (value: number) => string,
): string {
  const point = (name: string, [x, y]: Point) => `${name}(${chromaticity(x)},${chromaticity(y)})`;
  const points = [point("G", green), point("B", blue), point("R", red), point("WP", white)];
  return `${points.join("")}L(${luminance(maxLuminance)},${luminance(minLuminance)})`;
}

/** Whether a result says what was planned. AV1 counts in binary fractions: the last digits may differ. */
export function isSameHdrMetadata(planned: HdrMetadata, found: HdrMetadata | undefined): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) <= Math.max(2, a * 0.001);
  const numbers = (metadata: HdrMetadata | undefined) => {
    const { mastering, contentLight } = metadata ?? { mastering: null, contentLight: null };
    return [
      ...(mastering === null ? [] : [mastering.red, mastering.green, mastering.blue, mastering.white].flat()),
      ...(mastering === null ? [] : [mastering.maxLuminance, mastering.minLuminance]),
      ...(contentLight === null ? [] : [contentLight.maxCll, contentLight.maxFall]),
    ];
  };
  const [wanted, got] = [numbers(planned), numbers(found)];
  return wanted.length === got.length && wanted.every((value, index) => near(value, got[index] ?? -1));
}
