import { describe, expect, test } from "vitest";

import type { VideoSpec } from "#lib/media/encode-spec.ts";
import { estimateMemoryBytes } from "#lib/media/estimate-memory.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import { predefined } from "#lib/media/test-pipeline.ts";
import { CAPABILITIES, mediaInfo, videoStream } from "#lib/media/test-media-info.ts";

const MIB = 1024 ** 2;
const SIZES = { 360: [640, 360], 1080: [1920, 1080], 2160: [3840, 2160] } as const;
type Size = keyof typeof SIZES;
type Row = [
  codec: VideoSpec["codec"],
  size: Size,
  preset: VideoSpec["preset"],
  threads: number,
  residentMib: number,
];

/** What bench/memory/measure.ts found; bench/README.md has all of it. */
const MEASURED: readonly Row[] = [
  ["h264", 360, "veryfast", 1, 75],
  ["h264", 1080, "ultrafast", 1, 96],
  ["h264", 1080, "veryfast", 1, 215],
  ["h264", 1080, "veryfast", 2, 274],
  ["h264", 1080, "medium", 2, 468],
  ["h264", 1080, "slower", 2, 654],
  ["h264", 2160, "veryfast", 1, 634],
  ["h264", 2160, "veryfast", 2, 839],
  ["h264", 2160, "medium", 2, 1569],
  ["h265", 1080, "veryfast", 2, 424],
  ["h265", 1080, "slower", 2, 767],
  ["h265", 2160, "ultrafast", 1, 928],
  ["h265", 2160, "veryfast", 1, 1226],
  ["h265", 2160, "veryfast", 2, 1360],
  ["av1", 1080, "veryfast", 2, 632],
  ["av1", 2160, "ultrafast", 1, 825],
  ["av1", 2160, "veryfast", 2, 1687],
  ["vp9", 1080, "veryfast", 2, 353],
  ["vp9", 2160, "ultrafast", 1, 1057],
];

function estimate(rungs: readonly Size[], video: Partial<VideoSpec>, threads: number, source: Size = 2160) {
  const [width, height] = SIZES[source];
  const media = mediaInfo({ video: [videoStream({ width, height })], audio: [] });
  const usual = predefined("System_DASH_MP4_H264");
  const spec = {
    ...usual,
    audio: null,
    video: {
      ...usual.video!,
      ...video,
      renditions: rungs.map((size) => ({
        name: `${size}p`,
        width: SIZES[size][0],
        height: SIZES[size][1],
        rateControl: { mode: "crf" as const, crf: 28 },
      })),
    },
  };
  const [run] = planEncode(media, [{ key: "a", spec, templateName: "T" }], CAPABILITIES).runs;
  return estimateMemoryBytes(run!, media, threads) / MIB;
}

describe("the estimate of an encoder's memory", () => {
  test.each(MEASURED)("%s %dp %s with %d threads is above %d MiB, but not far", (...row) => {
    const [codec, size, preset, threads, resident] = row;
    const ratio = estimate([size], { codec, preset }, threads, size) / resident;
    expect(ratio).toBeGreaterThan(1.03);
    expect(ratio).toBeLessThan(preset === "ultrafast" ? 1.9 : 1.6);
  });

  test("grows with the size, the rungs, the patience, the bits and the threads", () => {
    const usual = estimate([1080], { codec: "h265", preset: "veryfast" }, 1);
    expect(estimate([2160], { codec: "h265", preset: "veryfast" }, 1)).toBeGreaterThan(2 * usual);
    expect(estimate([1080, 360], { codec: "h265", preset: "veryfast" }, 1)).toBeGreaterThan(usual);
    expect(estimate([1080], { codec: "h265", preset: "slower" }, 1)).toBeGreaterThan(usual);
    expect(estimate([1080], { codec: "h265", preset: "veryfast", bitDepth: 10 }, 1)).toBeGreaterThan(usual);
    expect(estimate([1080], { codec: "h265", preset: "veryfast" }, 2)).toBeGreaterThan(usual);
    expect(estimate([1080], { codec: "h265", preset: "veryfast" }, 1, 1080)).toBeLessThan(usual);
  });

  test("of a copy or of sound alone is little", () => {
    const media = mediaInfo();
    for (const name of ["System_MKV_Copy", "System_Audio_AAC"]) {
      const wanted = [{ key: "a", spec: predefined(name), templateName: name }];
      const [run] = planEncode(media, wanted, CAPABILITIES).runs;
      expect(estimateMemoryBytes(run!, media, 2)).toBeLessThan(100 * MIB);
    }
  });
});
