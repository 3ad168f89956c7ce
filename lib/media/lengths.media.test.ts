import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { probeMedia } from "#lib/media/probe.ts";
import { Clips, predefined, produce, realTools, X264 } from "#lib/media/test-pipeline.ts";

const clips = new Clips();
afterAll(() => clips.remove());

const picture = ["-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=2"];
const tone = ["-f", "lavfi", "-i", "sine=440:d=2:r=48000"];

/** As a program that records or streams writes it: without going back to the beginning. */
function streamed(name: string, ...args: string[]): string {
  const bytes = execFileSync("ffmpeg", ["-nostdin", "-loglevel", "error", ...args, "-"]);
  writeFileSync(clips.path(name), bytes);
  return clips.path(name);
}

const joined = (name: string, ...parts: string[]): string => {
  writeFileSync(clips.path(name), Buffer.concat(parts.map((part) => readFileSync(part))));
  return clips.path(name);
};

describe("the length of a source that does not tell it", () => {
  it.each([
    [
      "a recording in Matroska",
      () => streamed("r.mkv", ...picture, ...tone, ...X264, "-c:a", "aac", "-f", "matroska"),
      2,
    ],
    ["an elementary stream", () => clips.make("e.h264", ...picture, ...X264), 2],
    [
      "transport streams put together",
      () => {
        const part = clips.make("t.ts", ...picture, ...tone, ...X264);
        return joined("t2.ts", part, part);
      },
      4,
    ],
  ])("%s: is counted, and the result is as long", async (_, make, seconds) => {
    const source = make();
    const { media, verified } = await produce(source, predefined("System_MP4_H264"), `${source}-w`);
    expect(media.durationSeconds).toBeCloseTo(seconds, 0);
    expect(verified.primary.durationSeconds).toBeCloseTo(seconds, 0);
  });

  it.each([
    // Silence, then noise: the first packets say nothing about the others.
    [
      "AAC",
      () => clips.make("v.aac", "-f", "lavfi", "-i", "aevalsrc='gte(t,4)*(random(0)-0.5)':d=6:s=48000"),
      6,
    ],
    // Each piece has a serial number of its own.
    [
      "chained Ogg",
      () =>
        joined(
          "o2.ogg",
          clips.make("o.ogg", ...tone, "-c:a", "libopus"),
          clips.make("p.ogg", ...tone, "-c:a", "libopus"),
        ),
      4,
    ],
  ])("%s: is counted", async (_, make, seconds) => {
    const { tools } = await realTools();
    expect((await probeMedia(make(), tools)).durationSeconds).toBeCloseTo(seconds, 0);
  });
});

it("a picture that does not move makes an animated WebP of one frame", async () => {
  const source = clips.make("still.mp4", "-f", "lavfi", "-i", "color=teal:s=160x90:r=25:d=1", ...X264);
  const spec = { ...predefined("System_WebP_Preview"), clip: undefined };
  const { verified } = await produce(source, spec, clips.path("w-still"));
  expect(verified.primary.video[0]?.frameCount).toBe(1);
});
