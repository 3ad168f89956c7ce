import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { encodeSpecSchema, type EncodeSpec } from "#lib/media/encode-spec.ts";
import { rawDirOf } from "#lib/media/encode.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import { probeMedia } from "#lib/media/probe.ts";
import { runCommands } from "#lib/media/run-commands.ts";
import { shellCommand } from "#lib/media/shell-command.ts";
import { Clips, predefined, produceAll, realTools, X264, type Produced } from "#lib/media/test-pipeline.ts";

const clips = new Clips();
afterAll(() => clips.remove());

function mp4(changes: object, video: object = {}): EncodeSpec {
  const made = predefined("System_MP4_H264");
  return encodeSpecSchema.parse({
    ...made,
    ...changes,
    video: { ...made.video, preset: "ultrafast", ...video },
  });
}

/** The brightness of every pixel of one frame, row by row. */
function frame(file: string, seconds: number, filter = "null"): Buffer {
  return execFileSync("ffmpeg", [
    ...["-v", "error", "-ss", String(seconds), "-i", `file:${file}`, "-frames:v", "1", "-vf", filter],
    ...["-pix_fmt", "gray", "-f", "rawvideo", "-"],
  ]);
}
const mean = (pixels: Buffer) => pixels.reduce((sum, value) => sum + value, 0) / pixels.length;

/** The commands that the preflight would show of these jobs. */
async function rehearsed(source: string, specs: Record<string, EncodeSpec>, workDir: string) {
  const { tools, capabilities } = await realTools();
  const wanted = Object.entries(specs).map(([key, spec]) => ({ key, spec, templateName: key }));
  const { runs } = planEncode(await probeMedia(source, tools), wanted, capabilities);
  const outputDirOf = (key: string) => rawDirOf(workDir, key);
  const options = { sourcePath: source, outputDirOf, threads: tools.threads };
  return runs.flatMap((run) => runCommands(run, options)).map((args) => shellCommand("ffmpeg", args));
}

describe("thumbnails", () => {
  it("are pictures or sprites with a storyboard, of the edited picture, beside files and segments", async () => {
    const source = clips.plain("to-see.mp4", { size: "320x180", seconds: 3, fps: 25 });
    const hls = encodeSpecSchema.parse({
      ...predefined("System_HLS_H264"),
      thumbnails: { intervalSeconds: 0.1, sprite: true },
    });
    const turned = mp4({ rotate: 90, thumbnails: { count: 4, width: 90 } });
    const [pictures, sprites] = await produceAll(source, { turned, hls }, clips.path("thumbs"));
    const list = (one: Produced | undefined) =>
      one?.packaged.files.map(({ path }) => path).filter((path) => path.includes("/thumbnails/"));
    expect(pictures?.log.filter((line) => line.startsWith("ffmpeg "))).toEqual(
      await rehearsed(source, { turned, hls }, clips.path("thumbs")),
    );
    const folder = "result.a1/thumbnails";
    expect(list(pictures)).toEqual([
      ...[1, 2, 3, 4].map((number) => `${folder}/picture_0000${number}.jpg`),
      `${folder}/storyboard.vtt`,
    ]);
    expect(list(sprites)).toEqual([
      `${folder}/sprite_00001.jpg`,
      `${folder}/sprite_00002.jpg`,
      `${folder}/storyboard.vtt`,
    ]);
    const sizeOf = (one: Produced | undefined, name: string) =>
      execFileSync("ffprobe", [
        ...["-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0"],
        join(one?.dir ?? "", folder, name),
      ])
        .toString()
        .trim();
    expect(sizeOf(pictures, "picture_00004.jpg")).toBe("90,160");
    expect(sizeOf(sprites, "sprite_00002.jpg")).toBe("800,450");
    const board = readFileSync(join(sprites?.dir ?? "", folder, "storyboard.vtt"), "utf8");
    expect(
      board.startsWith("WEBVTT\n\n00:00:00.000 --> 00:00:00.100\nsprite_00001.jpg#xywh=0,0,160,90\n"),
    ).toBe(true);
    expect(board).toContain("00:00:02.600 --> 00:00:02.700\nsprite_00002.jpg#xywh=160,0,160,90");
    expect(board.match(/-->/g)).toHaveLength(30);
  });
});

describe("thumbnails at times", () => {
  it("show the result there: percents, times after the end and a slow frame rate too", async () => {
    // Darker and darker from white, in steps of half a second.
    const source = clips.make(
      "steps.mp4",
      ...["-f", "lavfi", "-i", "color=white:s=320x180:r=2:d=2,format=gray,lut=y='val'", ...X264],
      ...["-vf", "geq=lum='235-60*N'"],
    );
    const at = (thumbnails: object) => mp4({ audio: null, thumbnails });
    const [times, percents] = await produceAll(
      source,
      { times: at({ times: [9, 0.6, 1.2, 0.61] }), percents: at({ percents: [100, 30] }) },
      clips.path("at-times"),
    );
    const shades = (one: Produced | undefined) =>
      (one?.packaged.files ?? [])
        .filter(({ path }) => path.endsWith(".jpg"))
        .map(({ path }) => Math.round((255 - mean(frame(join(one?.dir ?? "", path), 0))) / 70));
    expect(shades(times)).toEqual([1, 2, 3]);
    expect(shades(percents)).toEqual([1, 3]);
    const board = readFileSync(join(times?.dir ?? "", "result.a1/thumbnails/storyboard.vtt"), "utf8");
    expect(board).toContain("00:00:00.600 --> 00:00:01.200\npicture_00001.jpg");
    expect(board).toContain("00:00:01.960 --> 00:00:02.000\npicture_00003.jpg");
  });
});
