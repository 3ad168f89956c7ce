import { describe, expect, it } from "vitest";
import { encodeSpecSchema, type EncodeSpec } from "#lib/media/encode-spec.ts";
import { planFrames } from "#lib/media/plan-frames.ts";
import type { MediaWarning, VideoStream } from "#lib/media/media-info.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { videoStream } from "#lib/media/test-media-info.ts";

function plan(source: VideoStream, name: string, change: (spec: EncodeSpec) => void = () => undefined) {
  const found = PREDEFINED_SPECS.find((candidate) => candidate.name === name);
  const spec = encodeSpecSchema.parse(structuredClone(found?.spec));
  change(spec);
  if (!spec.video) throw new Error("no picture");
  const warnings: MediaWarning[] = [];
  const { filters, frameRate } = planFrames(source, spec, spec.video, warnings);
  return { filters, frameRate, warnings: warnings.map(({ code }) => code) };
}

/** A recording of a screen: thirty frames a second while something moves, five on average. */
const held = (changes: Partial<VideoStream> = {}) =>
  videoStream({
    frameRate: 5,
    isVariableFrameRate: true,
    pace: { stepSeconds: 0.03334, longestSeconds: 12 },
    ...changes,
  });

const constant = (fps: number) => ({
  filters: [`fps=${fps}`],
  frameRate: fps,
  warnings: ["frame_rate_made_constant"],
});
const kept = { filters: [], frameRate: 5, warnings: ["variable_frame_rate"] };

describe("frames that stay", () => {
  it.each(["System_HLS_H264", "System_HLS_TS_H264", "System_DASH_MP4_H264", "System_CMAF_H265"])(
    "are repeated in segments: %s",
    (name) => expect(plan(held(), name)).toEqual(constant(30)),
  );

  it("are repeated in fragments, and kept in a file with an index", () => {
    expect(plan(held(), "System_MP4_H264", (spec) => (spec.container = "fmp4"))).toEqual(constant(30));
    expect(plan(held(), "System_MP4_H264")).toEqual(kept);
  });

  it("are repeated though the average hides them", () => {
    const source = held({ frameRate: 29.9, isVariableFrameRate: false });
    expect(plan(source, "System_HLS_H264")).toEqual(constant(30));
    expect(plan(source, "System_MP4_H264")).toEqual({ filters: [], frameRate: 29.9, warnings: [] });
  });

  it("leave VP9 the rate of what moves instead of the average", () => {
    expect(plan(held(), "System_WebM_VP9")).toEqual(constant(30));
    const { pace: _pace, ...unread } = held();
    expect(plan(unread, "System_WebM_VP9")).toEqual(constant(5));
  });

  it("do not take the rate above the template's", () => {
    const quick = held({ pace: { stepSeconds: 1 / 240, longestSeconds: 3 } });
    expect(plan(quick, "System_HLS_H264").filters).toEqual(["fps=60"]);
    const bySource = (spec: EncodeSpec) => spec.video && (spec.video.frameRate = { mode: "source" });
    expect(plan(quick, "System_HLS_H264", bySource).filters).toEqual(["fps=240"]);
    const mistaken = held({ pace: { stepSeconds: 1e-6, longestSeconds: 3 } });
    expect(plan(mistaken, "System_HLS_H264", bySource).filters).toEqual(["fps=240"]);
  });

  it("come repeated out of a clip", () => {
    const clipped = (spec: EncodeSpec) => (spec.clip = { startSeconds: 5 });
    const repeated = { filters: [], frameRate: 30, warnings: ["frame_rate_made_constant"] };
    for (const name of ["System_HLS_H264", "System_MP4_H264", "System_WebM_VP9"])
      expect(plan(held(), name, clipped)).toEqual(repeated);
    const slow = (spec: EncodeSpec) => {
      clipped(spec);
      if (spec.video) spec.video.frameRate = { mode: "cap", fps: 24 };
    };
    expect(plan(held(), "System_HLS_H264", slow)).toMatchObject({ filters: ["fps=24"], frameRate: 24 });
    expect(plan(videoStream(), "System_HLS_H264", clipped).filters).toEqual([]);
    const whole = (spec: EncodeSpec) => (spec.clip = { startSeconds: 0 });
    expect(plan(held(), "System_HLS_H264", whole)).toEqual(constant(30));
    const ended = (spec: EncodeSpec) => {
      slow(spec);
      spec.clip = { startSeconds: 5, endSeconds: 7.5 };
    };
    expect(plan(held(), "System_HLS_H264", ended).filters).toEqual(["fps=24", "trim=end=2.5"]);
  });

  it.each([
    [1 / 29.97, 29.97],
    [1.001 / 24, 23.976],
    [1 / 24.0005, 24],
    [0.04, 25],
    [1 / 13.4, 13.4],
    [5, 1],
  ])("come in steps of %s s: %s a second", (stepSeconds, fps) =>
    expect(plan(held({ pace: { stepSeconds, longestSeconds: 30 } }), "System_HLS_H264").frameRate).toBe(fps),
  );

  it("are none where the rate varies by less, or all frames are slow", () => {
    for (const pace of [
      { stepSeconds: 1 / 60, longestSeconds: 0.3 },
      { stepSeconds: 2, longestSeconds: 3 },
    ])
      expect(plan(held({ pace }), "System_HLS_H264")).toEqual(kept);
  });
});
