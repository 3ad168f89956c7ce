import { describe, expect, it } from "vitest";
import { bandwidthsOf } from "#lib/media/measure-rendition.ts";

const segment = (durationSeconds: number, sizeBytes: number) => ({ durationSeconds, sizeBytes });

describe("bandwidths", () => {
  it("are those of the busiest segment and of all together", () => {
    expect(bandwidthsOf([segment(2, 250_000), segment(2, 500_000)])).toEqual({
      peakBandwidth: 2_000_000,
      averageBandwidth: 1_500_000,
    });
  });

  it("leave a few samples at the end out of the peak, which is still never below the average", () => {
    expect(bandwidthsOf([segment(2, 250_000), segment(0.02, 20_000)])).toEqual({
      peakBandwidth: 1_069_307,
      averageBandwidth: 1_069_307,
    });
  });

  it("take what there is when nothing is longer than half a second", () => {
    expect(bandwidthsOf([segment(0.04, 5_000)])).toEqual({
      peakBandwidth: 1_000_000,
      averageBandwidth: 1_000_000,
    });
  });
});
