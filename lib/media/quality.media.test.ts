import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { measureQuality } from "#lib/media/measure-quality.ts";
import { pinnedDemuxer } from "#lib/media/input-args.ts";
import type { EncodeRun } from "#lib/media/plan-encode.ts";
import type { RenditionQuality } from "#lib/media/quality-curve.ts";
import { Clips, predefined, produce, realTools } from "#lib/media/test-pipeline.ts";

const clips = new Clips();
let source: string;
let vfr: string;
let count = 0;

beforeAll(() => {
  source = clips.plain("source.mp4", { size: "320x180", fps: 30, seconds: 2 });
  // Every third frame is missing.
  vfr = clips.make(
    "vfr.mkv",
    ...["-f", "lavfi", "-i", "testsrc2=s=320x180:r=30000/1001:d=2"],
    ...["-vf", "select='mod(n,3)'", "-fps_mode", "vfr", "-c:v", "libx264", "-preset", "ultrafast"],
  );
});
afterAll(() => clips.remove());

/** One job's results, compared with their source. */
async function compared(
  file: string,
  spec: EncodeSpec,
  crf: number,
): Promise<Record<string, RenditionQuality>> {
  spec.quality = { ssim: true, psnr: true };
  if (spec.video) {
    spec.video.preset = "ultrafast";
    for (const rendition of spec.video.renditions) rendition.rateControl = { mode: "crf", crf };
  }
  const workDir = clips.path(`work${(count += 1)}`);
  mkdirSync(workDir);
  const { media, plan, packaged, dir } = await produce(file, spec, workDir);
  const { tools } = await realTools();
  const run: EncodeRun = {
    jobs: [plan],
    demuxer: pinnedDemuxer(media.format),
    clip: plan.clip,
    videoIndex: media.video[0]?.index ?? null,
    expectedDurationSeconds: plan.expectedDurationSeconds,
  };
  const options = { tools, sourcePath: file, workDir, dir };
  return Object.fromEntries(await measureQuality(run, plan, packaged, options));
}

/** Two rungs of small pictures. */
function ladder(name: string): EncodeSpec {
  const spec = predefined(name, 1);
  if (spec.video) {
    spec.video.gopSeconds = 1;
    spec.video.renditions = spec.video.renditions.slice(-2).map((rendition, index) => ({
      ...rendition,
      width: index === 0 ? 320 : 160,
      height: index === 0 ? 180 : 90,
    }));
  }
  return spec;
}

test("a file is compared frame by frame with its source; less quality shows as less", async () => {
  const good = (await compared(source, predefined("System_MP4_H264"), 10))["1080p"];
  const poor = (await compared(source, predefined("System_MP4_H264"), 45))["1080p"];
  expect(good?.ssim?.values).toHaveLength(2);
  expect(good?.psnr?.values).toHaveLength(2);
  // A frame off, this moving pattern falls below 0.9.
  for (const value of good?.ssim?.values ?? []) expect(value).toBeGreaterThan(0.98);
  for (const value of good?.psnr?.values ?? []) expect(value).toBeGreaterThan(38);
  expect(poor?.ssim?.average).toBeLessThan(0.95);
  expect(poor?.psnr?.average).toBeLessThan(33);
  expect(poor?.ssim?.worst).toHaveLength(2);
});

test.each(["System_HLS_TS_H264", "System_CMAF_H264"])("%s is compared rung by rung", async (name) => {
  const qualities = Object.values(await compared(source, ladder(name), 12));
  expect(qualities).toHaveLength(2);
  for (const { ssim, psnr } of qualities) {
    expect(ssim?.average).toBeGreaterThan(0.97);
    expect(psnr?.average).toBeGreaterThan(35);
  }
});

test("byte ranges, a varying frame rate, a clip, a crop and a drawn text are compared with what was encoded", async () => {
  const ranges = ladder("System_HLS_H264");
  if (ranges.segments) ranges.segments.byteRange = true;
  const edited = predefined("System_MP4_H264");
  edited.clip = { startSeconds: 0.5 };
  edited.crop = { x: 20, y: 10, width: 200, height: 120 };
  edited.watermarks = [
    { kind: "text", text: "it's: 100 %", position: "top", heightPercent: 20, opacity: 1, marginPercent: 2 },
  ];
  const found = [await compared(vfr, ranges, 10), await compared(source, edited, 10)];
  const all = found.flatMap((qualities) => Object.values(qualities));
  expect(all).toHaveLength(3);
  for (const { ssim } of all) expect(ssim?.worst[0]?.value).toBeGreaterThan(0.97);
});

test("a template that asks for nothing costs nothing", async () => {
  const workDir = clips.path("nothing");
  mkdirSync(workDir);
  const { plan, packaged, dir } = await produce(source, predefined("System_MP4_H264"), workDir);
  const { tools } = await realTools();
  const options = { tools, sourcePath: "/nowhere", workDir, dir };
  const run = { jobs: [plan], demuxer: undefined, clip: null, videoIndex: 0, expectedDurationSeconds: 2 };
  expect(await measureQuality(run, plan, packaged, options)).toEqual(new Map());
});

test("a result that cannot be compared fails its job by the check's name", async () => {
  const workDir = clips.path("broken");
  mkdirSync(workDir);
  const spec = predefined("System_MP4_H264");
  spec.quality = { ssim: true, psnr: false };
  const { plan, packaged, dir } = await produce(source, spec, workDir);
  const { tools } = await realTools();
  const broken = clips.make("sound.m4a", "-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac");
  const run = { jobs: [plan], demuxer: "mov", clip: null, videoIndex: 0, expectedDurationSeconds: 2 };
  const options = { tools, sourcePath: broken, workDir, dir };
  await expect(measureQuality(run, plan, packaged, options)).rejects.toMatchObject({
    failure: { code: "OUTPUT_VERIFICATION_FAILED", params: { check: "quality" } },
  });
});
