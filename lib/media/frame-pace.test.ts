import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paceOf } from "#lib/media/frame-pace.ts";

describe("paceOf", () => {
  it.each<[string, [number, number][], number, number]>([
    ["one rate", [[0.04, 250]], 0.04, 0.04],
    [
      "a recording that stands still",
      [
        [1 / 30, 100],
        [8, 1],
        [12, 1],
      ],
      1 / 30,
      12,
    ],
    [
      "one that mostly stands still",
      [
        [1 / 30, 30],
        [1, 200],
      ],
      1 / 30,
      1,
    ],
    [
      "times in milliseconds",
      [
        [0.033, 200],
        [0.034, 100],
      ],
      1 / 30,
      0.034,
    ],
    [
      "two frames that are close together by mistake",
      [
        [0.001, 1],
        [0.04, 250],
      ],
      0.04,
      0.04,
    ],
    [
      "times that are the same",
      [
        [0, 5],
        [0.04, 20],
      ],
      0.04,
      0.04,
    ],
  ])("finds the step and the longest stay of %s", (_, intervals, step, longest) => {
    const pace = paceOf(new Map(intervals));
    expect(pace?.stepSeconds).toBeCloseTo(step, 4);
    expect(pace?.longestSeconds).toBe(longest);
  });

  it("says nothing of no steps", () => {
    expect(paceOf(new Map())).toBeNull();
    expect(paceOf(new Map([[0, 3]]))).toBeNull();
  });

  it("is a step between the shortest and the longest, whatever comes", () => {
    const interval = fc.tuple(
      fc.double({ min: 1e-5, max: 1e5, noNaN: true }),
      fc.integer({ min: 1, max: 1e6 }),
    );
    fc.assert(
      fc.property(fc.array(interval, { minLength: 1 }), (intervals) => {
        const lengths = [...new Map(intervals).keys()];
        const pace = paceOf(new Map(intervals));
        expect(pace?.longestSeconds).toBe(Math.max(...lengths));
        expect(pace?.stepSeconds).toBeGreaterThanOrEqual(Math.min(...lengths) * 0.999999);
        expect(pace?.stepSeconds).toBeLessThanOrEqual(Math.max(...lengths) * 1.000001);
      }),
    );
  });
});
