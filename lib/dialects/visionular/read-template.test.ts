import { describe, expect, test } from "vitest";

import { readTemplate } from "#lib/dialects/visionular/read-template.ts";
import { templateWireSchema } from "#lib/dialects/visionular/template-schema.ts";
import { encodeSpecSchema } from "#lib/media/encode-spec.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { unsupportedOptions } from "#lib/media/unsupported-options.ts";

const read = (fields: object) => {
  const spec = readTemplate(templateWireSchema.parse({ template_name: "T", ...fields })).spec;
  return encodeSpecSchema.parse(spec);
};

describe("the keyframe distance", () => {
  test.each([1, 2, 2.5, 3, 4, 5, 6, 7, 9, 10, 20])(
    "follows a seg_time of %d s alone, and divides it",
    (seg_time) => {
      const spec = read({ format: "hls", seg_time });
      expect(unsupportedOptions(spec)).toEqual([]);
      expect(spec.video?.gopSeconds).toBeLessThan(4);
    },
  );

  test("is what is given: it has to divide seg_time itself", () => {
    const spec = read({ format: "hls", seg_time: 5, gop_seconds: 2 });
    expect(unsupportedOptions(spec).map(({ path }) => path)).toEqual(["video.gopSeconds"]);
    expect(read({}).video?.gopSeconds).toBe(2);
  });
});

test("the quality that their SDK always sends is that of our own templates", () => {
  for (const [vcodec, name] of [
    ["h264", "System_MP4_H264"],
    ["h265", "System_MP4_H265"],
    ["vp9", "System_WebM_VP9"],
    ["av1", "System_MP4_AV1"],
  ] as const) {
    const own = PREDEFINED_SPECS.find((one) => one.name === name)?.spec.video?.renditions[0]?.rateControl;
    const crf = own?.mode === "crf" ? own.crf : null;
    expect(read({ vcodec, quality: 5 }).video?.renditions[0]?.rateControl).toEqual({ mode: "crf", crf });
  }
});

test("rungs that give a width alone find their place among the others", () => {
  const streams = ["854x0", "1920x1080", "1280x0"].map((resolution) => ({ resolution }));
  const { video } = read({ format: "hls", adaptive_streams: streams });
  expect(video?.renditions.map(({ name }) => name)).toEqual(["1080p", "1280w", "854w"]);
});

test.each([
  ["resolution", { resolution: "1280x720" }],
  ["video_bitrate", { video_bitrate: 800 }],
  ["gop_size", { gop_size: 50, framerate: 25 }],
  ["adaptive_streams", { adaptive_streams: [{ resolution: "720p" }] }],
])("%s is refused where the picture is left out", (field, fields) => {
  expect(() => read({ vcodec: "none", ...fields })).toThrow(`${field}: there is no picture without a vcodec`);
  expect(() => read({ format: "m4a", ...fields })).toThrow(`${field}: m4a holds audio only`);
});
