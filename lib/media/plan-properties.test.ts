import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textArgs } from "#lib/media/text-args.ts";
import { CONTAINERS, encodeSpecSchema, SCALES, type EncodeSpec } from "#lib/media/encode-spec.ts";
import { analysisArgs, ffmpegArgs, videosOf } from "#lib/media/ffmpeg-args.ts";
import { FITS } from "#lib/media/fits.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { planEncode, type EncodePlan } from "#lib/media/plan-encode.ts";
import { stillsArgs } from "#lib/media/stills-args.ts";
import { audioStream, CAPABILITIES, mediaInfo, videoStream } from "#lib/media/test-media-info.ts";
import { unsupportedOptions } from "#lib/media/unsupported-options.ts";

/** What a file may say about itself, hostile words included. */
const word = fc.constantFrom(null, "eng", "-y", "a;b", "'", "$(x)", "zh\n-i");
const video = fc.record({
  width: fc.integer({ min: 1, max: 8192 }),
  height: fc.integer({ min: 1, max: 4320 }),
  rotation: fc.constantFrom(0, 90, 180, 270),
  sampleAspect: fc.constantFrom(null, "64:45", "8:9"),
  frameRate: fc.constantFrom(null, 0.1, 12, 23.976, 25, 29.97, 50, 59.94, 240),
  isVariableFrameRate: fc.boolean(),
  pace: fc.constantFrom(
    undefined,
    { stepSeconds: 0.04, longestSeconds: 0.04 },
    { stepSeconds: 1e-6, longestSeconds: 360_000 },
    { stepSeconds: 20, longestSeconds: 60 },
  ),
  fieldOrder: fc.constantFrom(null, "progressive", "tt", "bb"),
  codec: fc.constantFrom("h264", "hevc", "vp9", "mpeg2video", "prores_raw"),
  pixelFormat: fc.constantFrom("yuv420p", "yuv420p10le", "yuv444p"),
  bitRate: fc.constantFrom(null, 300_000, 9_000_000),
  hdr: fc.constantFrom(null, "HDR10", "Dolby Vision"),
  colorTransfer: fc.constantFrom(null, "smpte2084", "bt709"),
  colorPrimaries: word,
  colorSpace: word,
});
const audio = fc.record({
  codec: fc.constantFrom("aac", "ac3", "opus", "dts"),
  channels: fc.constantFrom(0, 1, 2, 6, 8),
  sampleRate: fc.constantFrom(8000, 44100, 48000, 192000),
  language: fc.constantFrom(null, "eng", "zho"),
  title: word,
});
const media: fc.Arbitrary<MediaInfo> = fc
  .record({
    videos: fc.array(video, { maxLength: 2 }),
    audios: fc.array(audio, { maxLength: 3 }),
    subtitles: fc.array(fc.constantFrom("subrip", "ass", "dvd_subtitle"), { maxLength: 2 }),
    durationSeconds: fc.constantFrom(null, 0.04, 1, 10, 7200),
  })
  .map(({ videos, audios, subtitles, durationSeconds }) =>
    mediaInfo({
      durationSeconds,
      video: videos.map((one, index) => videoStream({ ...one, index, durationSeconds })),
      audio: audios.map((one, index) => audioStream({ ...one, index: 10 + index, durationSeconds })),
      subtitles: subtitles.map((codec, index) => ({
        index: 20 + index,
        codec,
        language: "eng",
        title: "-x",
      })),
    }),
  );

const rateControl = fc.oneof(
  fc.record({ mode: fc.constant("crf"), crf: fc.integer({ min: 0, max: 51 }) }),
  fc.record({ mode: fc.constant("crf"), crf: fc.constant(23), maxKbps: fc.integer({ min: 8, max: 9000 }) }),
  fc.record({ mode: fc.constant("vbr"), kbps: fc.integer({ min: 8, max: 9000 }), twoPass: fc.boolean() }),
  fc.record({ mode: fc.constant("cbr"), kbps: fc.integer({ min: 8, max: 9000 }) }),
);

/** What a preview that moves has at most. */
const MOVING = { bitDepth: 8, copyWhenPossible: false, frameRate: { mode: "cap", fps: 30 } };
const PICTURE_EDITS: readonly string[] = ["crop", "pad", "rotate", "fade", "watermarks", "subtitles"];

/** Specs that the schema and the engine both take; nearly every draw is one. */
const spec: fc.Arbitrary<EncodeSpec> = fc
  .record({
    container: fc.constantFrom(...CONTAINERS),
    pick: fc.tuple(fc.nat(9), fc.nat(9)),
    heights: fc.uniqueArray(fc.integer({ min: 16, max: 4320 }), { minLength: 1, maxLength: 6 }),
    rateControl,
    video: fc.record({
      preset: fc.constantFrom("ultrafast", "medium", "veryslow"),
      bitDepth: fc.constantFrom(8, 10),
      gopSeconds: fc.constantFrom(1, 2, 3),
      frameRate: fc.constantFrom({ mode: "source" }, { mode: "cap", fps: 30 }, { mode: "fixed", fps: 25 }),
      deinterlace: fc.constantFrom("auto", "off", "always"),
      denoise: fc.constantFrom("off", "light", "strong"),
      sharpen: fc.constantFrom("off", "medium"),
      copyWhenPossible: fc.boolean(),
      scale: fc.constantFrom(...SCALES),
    }),
    audio: fc.record({
      channels: fc.constantFrom(1, 2, 6, "source"),
      sampleRate: fc.constantFrom(22050, 48000, "source"),
      tracks: fc.constantFrom("default", "all"),
    }),
    edits: fc.record(
      {
        clip: fc.constantFrom({ startSeconds: 0.5 }, { startSeconds: 0, endSeconds: 0.9 }),
        crop: fc.constant({ x: 2, y: 2, width: 64, height: 48 }),
        pad: fc.constant({ width: 400, height: 300, color: "#00ff7f" }),
        rotate: fc.constantFrom(90, 180, 270),
        fade: fc.constant({ inSeconds: 0.2, outSeconds: 0.2 }),
        watermarks: fc.constantFrom(
          [{ kind: "text", text: "-y';[x]", position: "center", heightPercent: 10 }],
          [
            { kind: "image", source: "https://a.example/-y';[x].png", position: "left", widthPercent: 10 },
            { kind: "image", source: "http://b.example/1", position: "top", widthPercent: 1, endSeconds: 2 },
          ],
        ),
        subtitles: fc.constantFrom("drop", "carry", "burn"),
        thumbnails: fc.constantFrom(
          { count: 3 },
          { intervalSeconds: 10, sprite: true },
          { times: [5, 0.1, 900] },
          { percents: [0, 50, 100], sprite: true },
        ),
        metadata: fc.constantFrom("drop", "keep"),
        encryption: fc.constantFrom(
          { method: "aes-128" },
          { method: "aes-128", keyUrl: "https://k.example/-y" },
        ),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ container, pick, heights, rateControl: rate, video: picture, audio: sound, edits }) => {
    const fits = FITS[container] ?? { video: [], audio: [] };
    const codec = fits.video[pick[0] % Math.max(1, fits.video.length)];
    const isLadder = ["hls", "dash", "cmaf"].includes(container);
    const isMoving = codec === "gif" || codec === "webp";
    const isKept = (edit: string) =>
      edit === "encryption"
        ? container === "hls" && edits.subtitles !== "carry"
        : (codec !== undefined && codec !== "copy") || !PICTURE_EDITS.includes(edit);
    const given = Object.fromEntries(Object.entries(edits).filter(([edit]) => isKept(edit)));
    const renditions = heights
      .sort((a, b) => b - a)
      .slice(0, isLadder ? 6 : 1)
      .map((height) =>
        codec === "copy"
          ? { name: "source", rateControl: rate }
          : {
              name: `r${height}`,
              ...sidesOf(picture.scale, height),
              rateControl: isMoving ? { mode: "crf", crf: 25 } : rate,
            },
      );
    return encodeSpecSchema.parse({
      container,
      video: codec === undefined ? null : { ...picture, ...(isMoving && MOVING), codec, renditions },
      audio: fits.audio.length === 0 ? null : { ...sound, codec: fits.audio[pick[1] % fits.audio.length] },
      ...given,
    });
  })
  .filter((made) => unsupportedOptions(made, CAPABILITIES).length === 0);

/** The sides that a scale mode goes by. */
function sidesOf(scale: (typeof SCALES)[number], height: number) {
  if (scale === "long_side") return { width: height };
  const most = Math.min(4096, height);
  return scale === "fill" || scale === "stretch" ? { width: 2 * most, height: most } : { height };
}

function commands(plan: EncodePlan): string[][] {
  const options = { sourcePath: "/in/source", outputDirOf: (key: string) => `/jobs/${key}/raw`, threads: 2 };
  return plan.runs
    .flatMap((run) => [
      ...run.jobs.map((one) => textArgs(run, one, options)),
      analysisArgs(run, options),
      ffmpegArgs(run, options),
      ...run.jobs.map((job) => stillsArgs(run, job, options)),
    ])
    .filter((args) => args !== null);
}

const FLAGS = ["-an", "-nostdin", "-hide_banner", "-y", "-nostats", "-sn", "-dn"];
const NEGATIVE = ["-map_metadata", "-map_chapters"];

/** Reads a command as ffmpeg does, and throws at the first value that it would take for an option. */
function outputsOf(args: readonly string[]): string[] {
  const outputs: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (FLAGS.includes(arg)) continue;
    if (!arg.startsWith("-")) {
      outputs.push(arg);
      continue;
    }
    at += 1;
    const value = args[at];
    if (value === undefined || value === "") throw new Error(`${arg} has no value`);
    if (value.startsWith("-") && !NEGATIVE.includes(arg)) throw new Error(`${arg} is followed by ${value}`);
  }
  return outputs;
}

describe("any probe with any template", () => {
  it("plans without throwing, and what is planned holds the engine's rules", () => {
    let planned = 0;
    fc.assert(
      fc.property(media, fc.array(spec, { minLength: 1, maxLength: 3 }), (info, specs) => {
        const jobs = specs.map((one, index) => ({ key: `k${index}`, spec: one, templateName: "T" }));
        const plan = planEncode(info, jobs, CAPABILITIES);
        const source = info.video[0];
        for (const [index, job] of plan.jobs.entries()) {
          expect(plan.runs.filter((run) => run.jobs.includes(job))).toHaveLength(job.failure ? 0 : 1);
          if (job.failure) continue;
          planned += 1;
          const videos = videosOf(job);
          const pad = specs[index]?.pad;
          for (const [at, { width, height, isCopy, gopSeconds, name }] of videos.entries()) {
            if (isCopy || !source) continue;
            expect([name, width % 2, height % 2]).toEqual([name, 0, 0]);
            const most = pad ?? {
              width: Math.max(source.width, source.height, 2),
              height: Math.max(source.width, source.height, 2),
            };
            expect(width).toBeLessThanOrEqual(Math.max(most.width, 2));
            expect(height).toBeLessThanOrEqual(Math.max(most.height, 2));
            const above = videos[at - 1];
            if (above) expect(width * height).toBeLessThanOrEqual(above.width * above.height);
            expect(gopSeconds).toBe(videos[0]?.gopSeconds);
          }
          expect(new Set(job.renditions.map(({ name }) => name)).size).toBe(job.renditions.length);
        }
        for (const args of commands(plan)) {
          for (const output of outputsOf(args)) expect(output).toMatch(/^file:\/jobs\/k\d\/raw\//);
        }
      }),
      { numRuns: 3000 },
    );
    expect(planned).toBeGreaterThan(1000);
  }, 60_000);

  it("without a turn or a canvas, no side grows", () => {
    fc.assert(
      fc.property(video, spec, (picture, wanted) => {
        const { pad: _pad, rotate: _rotate, crop: _crop, ...plain } = wanted;
        const info = mediaInfo({ video: [videoStream(picture)] });
        const [job] = planEncode(info, [{ key: "k", spec: plain, templateName: "T" }], CAPABILITIES).jobs;
        for (const { width, height, isCopy } of job ? videosOf(job) : []) {
          if (isCopy) continue;
          expect(width).toBeLessThanOrEqual(Math.max(2, picture.width));
          expect(height).toBeLessThanOrEqual(Math.max(2, picture.height));
        }
      }),
      { numRuns: 2000 },
    );
  }, 60_000);

  it("all rungs of a codec whose keyframes come by count have the same count", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...[23.976, 24, 25, 29.97, 30, 50, 59.94, 60]),
        fc.constantFrom("vp9", "av1"),
        (frameRate, codec) => {
          const wanted = encodeSpecSchema.parse({
            container: "dash",
            audio: null,
            segments: { seconds: 6 },
            video: {
              codec,
              renditions: [1080, 720, 360].map((height) => ({
                name: `${height}p`,
                height,
                rateControl: { mode: "crf", crf: 35 },
              })),
            },
          });
          const plan = planEncode(
            mediaInfo({ video: [videoStream({ frameRate })] }),
            [{ key: "k", spec: wanted, templateName: "T" }],
            CAPABILITIES,
          );
          const [args = []] = commands(plan);
          const counts = args.filter((_, at) => /^-g:v:\d$/.test(args[at - 1] ?? "")).map(Number);
          expect(counts).toHaveLength(3);
          expect(new Set(counts).size).toBe(1);
          // Never before the two seconds are over: three of them fill a segment of six.
          expect((counts[0] ?? 0) / frameRate).toBeGreaterThan(1.999);
        },
      ),
    );
  });
});
