import { describe, expect, test } from "vitest";

import {
  CONTAINER_CHOICES,
  findFormIssues,
  findLacks,
  findRateObstacle,
  isSegmented,
  NEW_TEMPLATE,
  plainSpec,
  withCodec,
  withContainer,
  withCopy,
  withProfiles,
  withRung,
} from "#components/templates/template-form.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import type { VideoSpec } from "#lib/media/encode-spec.ts";
import { CAPABILITIES } from "#lib/media/test-media-info.ts";

const named = { ...NEW_TEMPLATE, name: "Mine" };
const video = NEW_TEMPLATE.spec.video as VideoSpec;
const issuesOf = (spec: unknown) =>
  findFormIssues({ ...named, spec: spec as typeof named.spec }).map(({ path, kind }) => `${kind} ${path}`);

describe("issues", () => {
  test("a new template lacks nothing but a name, the shipped ones nothing at all", () => {
    expect(findFormIssues(NEW_TEMPLATE).map(({ path }) => path)).toEqual(["name"]);
    for (const { spec } of PREDEFINED_SPECS) expect(issuesOf(spec)).toEqual([]);
  });

  test("of shape, engine and ladder come with the field's path", () => {
    expect(issuesOf({ ...named.spec, segments: { ...named.spec.segments, seconds: NaN } })).toEqual([
      "shape spec.segments.seconds",
    ]);
    const kept = { ...named.spec, metadata: "keep", video: { ...video, gopSeconds: 4 } };
    expect(issuesOf(kept)).toEqual(["engine spec.video.gopSeconds", "engine spec.metadata"]);
    expect(
      issuesOf({ ...named.spec, video: { ...video, renditions: [...video.renditions].reverse() } }),
    ).toEqual([
      "ladder spec.video.renditions.1.height",
      "ladder spec.video.renditions.1.rateControl.maxKbps",
      "ladder spec.video.renditions.2.height",
      "ladder spec.video.renditions.2.rateControl.maxKbps",
    ]);
  });
});

describe("changing the container", () => {
  test.each(CONTAINER_CHOICES)("to %s leaves only rungs to decide on", (container) => {
    const spec = withContainer(named.spec, container);
    const left = isSegmented(container) || spec.video === null ? [] : ["engine spec.video.renditions"];
    expect(issuesOf(spec)).toEqual(left);
    expect(issuesOf(withContainer(spec, "hls"))).toEqual([]);
  });
});

test("a way to set the rate is kept from codecs that have it not, by the rung alone", () => {
  const [rung] = video.renditions;
  if (!rung) throw new Error("the new ladder has no rung");
  const obstacles = (codec: VideoSpec["codec"]) =>
    (["crf", "vbr", "vbr2", "cbr"] as const).filter(
      (mode) => findRateObstacle({ ...named.spec, video: { ...video, codec } }, rung, mode) !== null,
    );
  expect(obstacles("h264")).toEqual([]);
  expect(obstacles("vp9")).toEqual([]);
  expect(obstacles("av1")).toEqual(["vbr2", "cbr"]);
  expect(obstacles("webp")).toEqual(["vbr", "vbr2", "cbr"]);
});

test("changing codec or depth leaves out what the new one has not", () => {
  const hevc = withCodec({ ...video, tune: "film" }, "h265");
  expect(hevc.tune).toBeUndefined();
  expect(hevc.renditions.every(({ profile }) => profile === undefined)).toBe(true);
  expect(issuesOf({ ...named.spec, video: hevc })).toEqual([]);
  const deep = withProfiles({ ...video, bitDepth: 10 });
  expect(issuesOf({ ...named.spec, video: deep })).toEqual([]);
  expect(withCodec({ ...video, bitDepth: 10 }, "vp9").bitDepth).toBe(10);
  const moving = withCodec({ ...deep, hdr: "keep", copyWhenPossible: true }, "gif");
  const rungs = moving.renditions.slice(0, 1);
  const gif = { ...named.spec, container: "gif" as const, audio: null, segments: undefined };
  expect(issuesOf({ ...gif, video: { ...moving, renditions: rungs } })).toEqual([]);
  expect(withCodec(moving, "h264").frameRate).toEqual(video.frameRate);
  const copied = withCodec({ ...video, denoise: "light" }, "copy");
  expect(issuesOf({ ...named.spec, container: "mkv", segments: undefined, video: copied })).toEqual([]);
});

test("a new rung fits below the last; a copy has a name of its own", () => {
  let { renditions } = video;
  for (let i = 0; i < 3; i++) renditions = withRung(renditions);
  expect(issuesOf({ ...named.spec, video: { ...video, renditions } })).toEqual([]);
  const copied = withCopy(withCopy(video.renditions, 0), 0);
  expect(copied.map(({ name }) => name)).toEqual(["1080p", "1080p-2-2", "1080p-2", "720p", "480p"]);
  expect(withRung([])).toHaveLength(1);
});

test("sound alone stays alone in another container, when that was chosen", () => {
  const alone = { ...named.spec, video: null };
  expect(withContainer(alone, "dash").video).toBeNull();
  expect(withContainer(alone, "m4a").video).toBeNull();
  expect(withContainer(alone, "gif").video).not.toBeNull();
  expect(withContainer(withContainer(named.spec, "m4a"), "mp4").video).not.toBeNull();
});

test("what the workers' ffmpeg lacks is told by its name, and nothing else is", () => {
  const without = { ...CAPABILITIES, filters: CAPABILITIES.filters.filter((name) => name !== "loudnorm") };
  const loud = {
    ...named.spec,
    audio: { ...named.spec.audio!, loudness: { targetLufs: -16, truePeakDb: -1 } },
  };
  expect(findLacks(loud, CAPABILITIES)).toEqual([]);
  expect(findFormIssues({ ...named, spec: loud }, without)).toMatchObject([
    { path: "spec.audio.loudness", kind: "lacks", params: { name: "loudnorm" } },
  ]);
  const wrong = { ...loud, container: "mp3" as const };
  expect(findLacks(wrong, without).map(({ path }) => path)).toEqual(["audio.loudness"]);
});

test("options survive a change of container and codec", () => {
  const spec = {
    ...named.spec,
    crop: { x: 0, y: 0, width: 100, height: 100 },
    fade: { inSeconds: 1, outSeconds: 1 },
    video: { ...video, sharpen: "light" as const },
  };
  const changed = withContainer(spec, "webm");
  expect(changed).toMatchObject({ crop: spec.crop, fade: spec.fade, video: { sharpen: "light" } });
});

test("a plain spec has no undefined", () => {
  const spec = { ...named.spec, rotate: undefined };
  expect("rotate" in plainSpec(spec as typeof named.spec)).toBe(false);
});
