import { afterAll, describe, expect, it } from "vitest";
import { Clips, predefined, produce, produceAll, X264 } from "#lib/media/test-pipeline.ts";

const clips = new Clips();
afterAll(() => clips.remove());

const mp4 = () => predefined("System_MP4_H264");
const transport = () => predefined("System_HLS_TS_H264");
const picture = (seconds: number) => ["-f", "lavfi", "-i", `testsrc2=s=160x90:r=25:d=${seconds}`];
const tone = (seconds: number) => ["-f", "lavfi", "-i", `sine=440:d=${seconds}:r=48000`];
const BOTH = ["-map", "0", "-map", "1", ...X264, "-c:a", "aac"];

describe("a clip", () => {
  it("of a transport stream begins with its own first frame, not with the next keyframe", async () => {
    const source = clips.make("long-gop.ts", ...picture(3), ...tone(3), ...BOTH, "-g", "250");
    const specs = { file: mp4(), ladder: transport() };
    for (const spec of Object.values(specs)) spec.clip = { startSeconds: 1, endSeconds: 2 };
    const results = await produceAll(source, specs, clips.path("w-ts"));
    for (const { verified } of results) {
      expect(verified.primary.durationSeconds).toBeCloseTo(1, 1);
      expect(verified.primary.video[0]?.frameCount).toBe(25);
    }
  });

  it("that ends before the sound begins is as long as it should be, without sound", async () => {
    const source = clips.make("late-sound.mp4", ...picture(3), "-itsoffset", "1.5", ...tone(1), ...BOTH);
    const spec = { ...mp4(), clip: { startSeconds: 0, endSeconds: 1 } };
    const { verified } = await produce(source, spec, clips.path("w-late"));
    expect(verified.primary.durationSeconds).toBeCloseTo(1, 1);
    expect(verified.primary.audio).toEqual([]);
  });

  it("in which the sound begins late is not longer for that", async () => {
    const source = clips.path("late-sound.mp4");
    const spec = { ...mp4(), clip: { startSeconds: 0.5, endSeconds: 2 } };
    const { verified } = await produce(source, spec, clips.path("w-late-2"));
    expect(verified.primary.durationSeconds).toBeCloseTo(1.5, 1);
    expect(verified.primary.audio[0]?.durationSeconds).toBeCloseTo(1.5, 1);
  });
});

describe("HLS in transport streams", () => {
  it("of a picture that begins late shows its first frame until then", async () => {
    const source = clips.make("late-picture.mkv", "-itsoffset", "1.2", ...picture(1), ...tone(2.2), ...BOTH);
    const { packaged } = await produce(source, transport(), clips.path("w-picture"));
    expect(packaged.renditions[0]?.durationSeconds).toBeCloseTo(2.2, 1);
  });

  it("of a sound that goes on after the picture has the picture's frame rate", async () => {
    const source = clips.make("long-sound.mp4", ...picture(1), ...tone(2), ...BOTH);
    const { verified } = await produce(source, transport(), clips.path("w-sound"));
    expect(verified.renditions[0]?.frameRate).toBeCloseTo(25, 2);
  });
});
