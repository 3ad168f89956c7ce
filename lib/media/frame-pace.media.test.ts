import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { indexedIntervals } from "#lib/media/frame-pace.ts";
import { probeMedia } from "#lib/media/probe.ts";
import { Clips, predefined, produce, produceAll, realTools, X264 } from "#lib/media/test-pipeline.ts";

const clips = new Clips();
afterAll(() => clips.remove());

/** Moves for a second, stands still for six, and moves for two; and one that begins by standing still. */
beforeAll(() => {
  const picture = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=3"];
  const tone = ["-f", "lavfi", "-i", "sine=440:d=9:r=48000", "-c:a", "aac"];
  const still = (from: number) => ["-vf", `setpts='PTS+if(gte(N,${from}),6/TB,0)'`, "-fps_mode", "vfr"];
  clips.make("middle.mp4", ...picture, ...tone, ...still(30), ...X264);
  clips.make("first.mp4", ...picture, ...tone, ...still(1), ...X264);
  clips.make("middle.mkv", ...picture, ...tone, ...still(30), ...X264);
  clips.make(
    "parts.mp4",
    ...picture,
    ...tone,
    ...still(30),
    ...X264,
    "-movflags",
    "+frag_keyframe+empty_moov",
  );
}, 60_000);

const paceOfFile = async (path: string) => (await probeMedia(path, (await realTools()).tools)).video[0]?.pace;

describe("how frames follow each other", () => {
  it.each(["middle.mp4", "first.mp4", "middle.mkv", "parts.mp4"])("is read from %s", async (name) => {
    const pace = await paceOfFile(clips.path(name));
    expect(pace?.stepSeconds).toBeCloseTo(1 / 30, 3);
    expect(pace?.longestSeconds).toBeCloseTo(6 + 1 / 30, 2);
  });

  it("is asked of an index whatever it says", { timeout: 60_000 }, async () => {
    const bytes = readFileSync(clips.path("middle.mp4"));
    const moov = bytes.lastIndexOf("moov");
    const broken = clips.path("broken.mp4");
    const told = async (at: number, value: number) => {
      const changed = Buffer.from(bytes);
      changed.writeUInt32BE(value, at);
      writeFileSync(broken, changed);
      return indexedIntervals(broken);
    };
    const table = bytes.indexOf("stts", moov);
    expect([...((await told(table + 8, 0xffff_ffff)) ?? [])].length).toBeGreaterThan(1);
    expect(await told(table + 8, 0)).toBeNull();
    expect(await told(bytes.indexOf("mdhd", moov) - 4, 0x7fff_ffff)).toBeNull();
    const where = fc.integer({ min: moov - 4, max: bytes.length - 4 });
    await fc.assert(
      fc.asyncProperty(where, fc.nat(0xffff_ffff), async (at, value) => {
        const intervals = await told(at, value);
        expect(intervals === null || intervals.size > 0).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a frame that stays", () => {
  it.each(["middle.mp4", "first.mp4", "middle.mkv"])(
    "%s: leaves segments as long as they should be, with the sound that belongs to them",
    { timeout: 120_000 },
    async (name) => {
      const specs = {
        fmp4: predefined("System_HLS_H264", 4),
        ts: predefined("System_HLS_TS_H264", 4),
        dash: predefined("System_DASH_VP9", 4),
      };
      for (const { plan, packaged, verified } of await produceAll(
        clips.path(name),
        specs,
        clips.path(`w-${name}`),
      )) {
        const lengths = packaged.renditions[0]?.segments.map(({ durationSeconds }) =>
          Math.round(durationSeconds),
        );
        expect({ [plan.key]: lengths }).toEqual({ [plan.key]: [4, 4, 1] });
        expect(verified.primary.video[0]?.frameCount).toBe(270);
      }
    },
  );

  it("stays in a file with an index", async () => {
    const { verified } = await produce(
      clips.path("middle.mp4"),
      predefined("System_MP4_H264"),
      clips.path("w-file"),
    );
    expect(verified.primary.video[0]?.frameCount).toBe(90);
  });

  it.each([
    // Out of the middle of it, from it to what moves again, and from before it.
    [{ startSeconds: 3, endSeconds: 5 }, 2, "red"],
    [{ startSeconds: 5 }, 4, "red"],
    [{ startSeconds: 0.5, endSeconds: 4.5 }, 4, "red"],
    [{ startSeconds: 7.5, maxSeconds: 9 }, 1.5, "blue"],
  ] as const)(
    "is in the clip %j of a file, of segments and of a preview",
    { timeout: 120_000 },
    async (clip, length, colour) => {
      const red = ["-f", "lavfi", "-i", "color=red:s=320x180:r=30:d=1"];
      const blue = ["-f", "lavfi", "-i", "color=blue:s=320x180:r=30:d=2"];
      const tone = ["-f", "lavfi", "-i", "sine=440:d=9:r=48000", "-c:a", "aac"];
      const held = ["-filter_complex", "[0][1]concat,setpts='PTS+if(gte(N,30),6/TB,0)'", "-fps_mode", "vfr"];
      const source = clips.make("colours.mkv", ...red, ...blue, ...tone, ...held, "-map", "2:a", ...X264);
      for (const name of ["System_MP4_H264", "System_HLS_TS_H264", "System_HLS_H264", "System_GIF_Preview"]) {
        const spec = { ...predefined(name), clip };
        const work = clips.path(`w-clip-${name}-${clip.startSeconds}`);
        const { dir, packaged, verified } = await produce(source, spec, work);
        const { durationSeconds } = verified.primary;
        expect({ name, durationSeconds }).toEqual({
          name,
          durationSeconds: expect.closeTo(length, 0) as number,
        });
        const pixel = firstPixel(join(dir, packaged.primary));
        expect({ name, isRed: (pixel[0] ?? 0) > 200, isBlue: (pixel[2] ?? 0) > 200 }).toEqual({
          name,
          isRed: colour === "red",
          isBlue: colour === "blue",
        });
      }
    },
  );
});

/** Of the first frame, the colour of it all: red, green, blue. */
const firstPixel = (path: string): Buffer =>
  execFileSync("ffmpeg", [
    ...["-v", "error", "-nostdin", "-i", path, "-map", "0:v:0", "-frames:v", "1"],
    ...["-vf", "scale=1:1:out_range=full,format=rgb24", "-f", "rawvideo", "-"],
  ]);
