import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { makeThumbnail } from "#lib/media/make-thumbnail.ts";
import { Clips, predefined, produceAll, realTools, X264 } from "#lib/media/test-pipeline.ts";
import { writeFileSync } from "node:fs";

const clips = new Clips();
afterAll(() => clips.remove());

/** Yellow: BT.601 and BT.709 differ by 10 and more in it. */
const YELLOW = ["-f", "lavfi", "-i", "color=0xC0C000:s=1280x720:r=25:d=0.4,format=gbrp"];
const BT709 = ["-vf", "scale=out_color_matrix=bt709:flags=accurate_rnd", ...X264];

/** RGB of a file's middle, by its tags alone; `matrix`: what its kind is in, as it has none. */
function middle(file: string, matrix = "auto"): number[] {
  const chain = `scale=in_color_matrix=${matrix}:flags=accurate_rnd,format=rgb24,crop=2:2`;
  const args = ["-v", "error", "-i", `file:${file}`, "-frames:v", "1", "-vf", chain, "-f", "rawvideo", "-"];
  return [...execFileSync("ffmpeg", args).subarray(0, 3)];
}

function expectYellow([red = 0, green = 0, blue = 0]: number[]): void {
  for (const [found, wanted] of [
    [red, 192],
    [green, 192],
    [blue, 0],
  ] as const)
    expect(Math.abs(found - wanted), `${red},${green},${blue}`).toBeLessThanOrEqual(5);
}

const small = (): EncodeSpec => ({
  ...predefined("System_MP4_720p_H264"),
  audio: null,
  thumbnails: { count: 1, sprite: false },
});

describe("colours", () => {
  it("of RGB become BT.709 and say so, and its pictures have them too", async () => {
    const source = clips.make("rgb.mkv", ...YELLOW, "-c:v", "ffv1");
    const [result] = await produceAll(source, { small: small() }, clips.path("w-rgb"));
    expect(result?.verified.primary.video[0]).toMatchObject({ colorSpace: "bt709", colorPrimaries: "bt709" });
    expectYellow(middle(join(result?.dir ?? "", "result.mp4")));
  });

  it("of high definition without tags stay what they are when it becomes small", async () => {
    const source = clips.make("untagged.mp4", ...YELLOW, ...BT709);
    const tiny = small();
    if (tiny.video) tiny.video.renditions = tiny.video.renditions.map((one) => ({ ...one, height: 180 }));
    const gif: EncodeSpec = { ...predefined("System_GIF_Preview"), clip: undefined };
    const [result, preview] = await produceAll(source, { tiny, gif }, clips.path("w-hd"));
    expect(result?.verified.primary.video[0]).toMatchObject({ height: 180, colorSpace: "bt709" });
    expectYellow(middle(join(result?.dir ?? "", "result.mp4")));
    expectYellow(middle(join(preview?.dir ?? "", "result.gif")));
    const still = result?.packaged.files.find(({ path }) => path.endsWith(".jpg"));
    expectYellow(middle(join(result?.dir ?? "", still?.path ?? ""), "bt601"));
    const { tools } = await realTools();
    if (!result) throw new Error("nothing was made");
    const jpeg = await makeThumbnail(source, result.media, tools);
    writeFileSync(clips.path("preview.jpg"), jpeg ?? "");
    expectYellow(middle(clips.path("preview.jpg"), "bt601"));
  });
});
