import { describe, expect, it } from "vitest";

import { UploadRate } from "#components/uploads/upload-rate.ts";

describe("UploadRate", () => {
  it("says nothing before half a second has been watched", () => {
    const rate = new UploadRate();
    rate.add(0, 0);
    rate.add(400, 4000);
    expect(rate.bytesPerSecond()).toBeNull();
  });

  it("is the average over the watched window", () => {
    const rate = new UploadRate();
    rate.add(0, 0);
    rate.add(1000, 2000);
    rate.add(2000, 6000);
    expect(rate.bytesPerSecond()).toBe(3000);
  });

  it("forgets what is older than five seconds", () => {
    const rate = new UploadRate();
    rate.add(0, 0);
    rate.add(10_000, 1_000_000);
    rate.add(11_000, 1_000_500);
    expect(rate.bytesPerSecond()).toBe(500);
  });

  it("starts again when the server had less than we thought", () => {
    const rate = new UploadRate();
    rate.add(0, 9000);
    rate.add(1000, 1000);
    rate.add(2000, 3000);
    expect(rate.bytesPerSecond()).toBe(2000);
  });
});
