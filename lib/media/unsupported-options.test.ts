import { describe, expect, it } from "vitest";
import { encodeSpecSchema, type EncodeSpec } from "#lib/media/encode-spec.ts";
import { unsupportedOptions } from "#lib/media/plan-encode.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { CAPABILITIES } from "#lib/media/test-media-info.ts";

const hls = (): EncodeSpec =>
  encodeSpecSchema.parse(
    structuredClone(PREDEFINED_SPECS.find(({ name }) => name === "System_HLS_H264")?.spec),
  );
const mp4 = (): EncodeSpec =>
  encodeSpecSchema.parse(
    structuredClone(PREDEFINED_SPECS.find(({ name }) => name === "System_MP4_H264")?.spec),
  );
const paths = (spec: EncodeSpec) => unsupportedOptions(spec).map(({ path }) => path);

describe("options that the engine would have to ignore", () => {
  it.each(PREDEFINED_SPECS.map(({ name, spec }) => [name, spec] as const))(
    "%s has none, and is a valid spec",
    (_name, spec) => {
      expect(unsupportedOptions(encodeSpecSchema.parse(spec), CAPABILITIES)).toEqual([]);
    },
  );

  it.each<[string, (spec: EncodeSpec) => void]>([
    ["container", (spec) => (spec.container = "flv")],
    ["video.codec", (spec) => spec.video && (spec.video.codec = "av1")],
    ["audio.codec", (spec) => spec.audio && (spec.audio.codec = "ac3")],
    ["audio.loudness", (spec) => spec.audio && (spec.audio.loudness = { targetLufs: -16, truePeakDb: -1.5 })],
    ["crop", (spec) => (spec.crop = { x: 0, y: 0, width: 100, height: 100 })],
    ["fade", (spec) => (spec.fade = { inSeconds: 1, outSeconds: 1 })],
    ["subtitles", (spec) => (spec.subtitles = "burn")],
    ["encryption", (spec) => (spec.encryption = { method: "aes-128", keyUrl: "https://keys.example/1" })],
    ["video.hdr", (spec) => spec.video && (spec.video.hdr = "keep")],
    ["clip.endSeconds", (spec) => (spec.clip = { startSeconds: 5, endSeconds: 2 })],
    ["segments", (spec) => (spec.segments = { seconds: 6, format: "fmp4", byteRange: false })],
  ])("%s is refused by name", (path, change) => {
    const spec = mp4();
    change(spec);
    expect(paths(spec)).toContain(path);
  });

  it("a keyframe distance that does not divide the segment is refused", () => {
    const spec = hls();
    if (spec.video) spec.video.gopSeconds = 4;
    expect(paths(spec)).toEqual(["video.gopSeconds"]);
  });

  it("a ladder in a single file, and two rungs of one name, are refused", () => {
    const spec = mp4();
    const rung = spec.video?.renditions[0];
    if (rung) spec.video?.renditions.push(rung);
    expect(paths(spec)).toEqual(["video.renditions", "video.renditions"]);
  });

  it("HEVC in transport streams is refused, in fMP4 it is not", () => {
    const spec = hls();
    if (spec.video) spec.video.codec = "h265";
    for (const rendition of spec.video?.renditions ?? []) rendition.profile = "main";
    expect(paths(spec)).toEqual([]);
    spec.segments = { seconds: 6, format: "ts", byteRange: false };
    expect(paths(spec)).toEqual(["segments.format"]);
  });
});
