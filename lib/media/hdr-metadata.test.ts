import { expect, test } from "vitest";
import { isSameHdrMetadata, readHdrMetadata, svtHdrParams, x265HdrParams } from "#lib/media/hdr-metadata.ts";
import { type HdrMetadata, videoStreamSchema } from "#lib/media/media-info.ts";
import { videoStream } from "#lib/media/test-media-info.ts";

/** As ffprobe 5.1 writes the first frame of an HDR10 file. */
const MASTERING = {
  side_data_type: "Mastering display metadata",
  ...{ red_x: "34000/50000", red_y: "16000/50000", green_x: "13250/50000", green_y: "34500/50000" },
  ...{
    blue_x: "7500/50000",
    blue_y: "3000/50000",
    white_point_x: "15635/50000",
    white_point_y: "16450/50000",
  },
  ...{ min_luminance: "50/10000", max_luminance: "10000000/10000" },
};
const LIGHT = { side_data_type: "Content light level metadata", max_content: 1000, max_average: 400 };
const METADATA: HdrMetadata = {
  mastering: {
    red: [34000, 16000],
    green: [13250, 34500],
    blue: [7500, 3000],
    white: [15635, 16450],
    maxLuminance: 10_000_000,
    minLuminance: 50,
  },
  contentLight: { maxCll: 1000, maxFall: 400 },
};

test("reads what ffprobe says, and nothing of what is not whole", () => {
  expect(readHdrMetadata([{ side_data_type: "H.26[45] User Data" }, MASTERING, LIGHT])).toEqual(METADATA);
  expect(readHdrMetadata([LIGHT])).toEqual({ ...METADATA, mastering: null });
  expect(readHdrMetadata([MASTERING])).toEqual({ ...METADATA, contentLight: null });
  expect(readHdrMetadata([])).toBeNull();
  for (const broken of [
    { red_x: undefined },
    { red_x: "1/0" },
    { green_y: "60000/50000" },
    { max_luminance: "50/10000" },
    { blue_x: "words" },
  ])
    expect(readHdrMetadata([{ ...MASTERING, ...broken }])).toBeNull();
  expect(readHdrMetadata([{ ...LIGHT, max_content: 0, max_average: 0 }])).toBeNull();
});

test("spells it for x265 and for SVT-AV1", () => {
  expect(x265HdrParams(METADATA)).toEqual([
    "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)",
    "max-cll=1000,400",
  ]);
  expect(svtHdrParams(METADATA)).toEqual([
    "mastering-display=G(0.26500,0.69000)B(0.15000,0.06000)R(0.68000,0.32000)WP(0.31270,0.32900)L(1000.0000,0.0050)",
    "content-light=1000,400",
  ]);
  expect(x265HdrParams({ ...METADATA, mastering: null })).toEqual(["max-cll=1000,400"]);
});

test("takes AV1's binary fractions for the same, and no other display", () => {
  const { mastering, contentLight } = METADATA;
  expect(mastering).not.toBeNull();
  const av1 = { mastering: { ...mastering!, red: [34000, 15999] as [number, number] }, contentLight };
  expect(isSameHdrMetadata(METADATA, av1)).toBe(true);
  expect(
    isSameHdrMetadata(METADATA, { ...av1, mastering: { ...mastering!, maxLuminance: 40_000_000 } }),
  ).toBe(false);
  expect(isSameHdrMetadata(METADATA, { mastering: null, contentLight })).toBe(false);
  expect(isSameHdrMetadata(METADATA, undefined)).toBe(false);
});

test("what was stored before there was any is read as it was", () => {
  const old = videoStream({ hdr: "HDR10" });
  expect(videoStreamSchema.parse(old)).toEqual(old);
  const now = { ...old, hdrMetadata: METADATA };
  expect(videoStreamSchema.parse(now)).toEqual(now);
});
