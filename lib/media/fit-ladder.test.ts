import { describe, expect, it } from "vitest";
import type { Rendition } from "#lib/media/encode-spec.ts";
import { boundsFor, fitLadder } from "#lib/media/fit-ladder.ts";

const rung = (sides: Pick<Rendition, "width" | "height">): Rendition => ({
  name: `${sides.width ?? ""}x${sides.height ?? ""}`,
  rateControl: { mode: "crf", crf: 23 },
  ...sides,
});
const landscape = { width: 1920, height: 1080 };
const portrait = { width: 1080, height: 1920 };

describe("a picture meets a box", () => {
  it.each([
    ["fit", landscape, { width: 1280, height: 720 }, "1280x720"],
    ["fit", portrait, { width: 1280, height: 720 }, "720x1280"],
    ["box", portrait, { width: 1280, height: 720 }, "406x720"],
    ["box", landscape, { width: 720, height: 1280 }, "720x406"],
    ["long_side", landscape, { width: 1280 }, "1280x720"],
    ["long_side", portrait, { width: 1280 }, "720x1280"],
    ["short_side", landscape, { height: 480 }, "854x480"],
    ["short_side", portrait, { height: 480 }, "480x854"],
    ["fill", landscape, { width: 720, height: 1280 }, "608x1080 of 608x1080"],
    ["fill", landscape, { width: 360, height: 640 }, "360x640 of 608x1080"],
    ["fill", landscape, { width: 1280, height: 720 }, "1280x720"],
    ["fill", portrait, { width: 640, height: 640 }, "640x640 of 1080x1080"],
    ["fill", landscape, {}, "1920x1080"],
    ["stretch", landscape, { width: 640, height: 640 }, "640x640"],
    ["stretch", landscape, { width: 4000, height: 500 }, "1920x500"],
  ] as const)("%s of %j into %j is %s", (scale, picture, sides, expected) => {
    const [fitted] = fitLadder(picture, [rung(sides)], [], scale);
    const crop = fitted?.crop ? ` of ${fitted.crop.width}x${fitted.crop.height}` : "";
    expect(`${fitted?.width}x${fitted?.height}${crop}`).toBe(expected);
  });

  it("that it cannot fill says so, and a ladder keeps one rung of the size that it has", () => {
    const warnings: Parameters<typeof fitLadder>[2] = [];
    const rungs = [2160, 1440, 720].map((height) => rung({ width: height, height }));
    const kept = fitLadder(landscape, rungs, warnings, "fill");
    expect(kept.map(({ width, height }) => [width, height])).toEqual([
      [1080, 1080],
      [720, 720],
    ]);
    expect(warnings).toEqual([
      { code: "rung_skipped", params: { rung: "2160x2160", source: "1920x1080" } },
      { code: "size_capped", params: { rung: "1440x1440", width: 1080, height: 1080 } },
    ]);
  });

  it("smaller than boxes of about one shape is one rung", () => {
    const rungs = [rung({ width: 1280, height: 720 }), rung({ width: 854, height: 480 })];
    for (let height = 100; height < 480; height += 1) {
      const kept = fitLadder({ width: 480, height }, rungs, [], "fill");
      expect([height, kept.map(({ rendition }) => rendition.name)]).toEqual([height, ["854x480"]]);
    }
  });

  it("is not taken over as it is where it would be cut", () => {
    expect(boundsFor(landscape, rung({ width: 1080, height: 1080 }), "fill")).toEqual({
      width: 1080,
      height: 1080,
    });
    expect(boundsFor(landscape, rung({ width: 1920, height: 1080 }), "fill")).toEqual(landscape);
  });
});
