import { expect, test } from "vitest";

import { nearestNames } from "#lib/templates/nearest-names.ts";

const names = [
  "System_MP4_H264",
  "System_HLS_H264",
  "System_DASH_MP4_H264",
  "System_MP4_H265",
  "System_Audio_AAC",
];

test("names that look like what was typed come first", () => {
  expect(nearestNames("system_mp4_h26", names)[0]).toBe("System_MP4_H264");
  expect(nearestNames("System_DASH_H264", names)).toContain("System_DASH_MP4_H264");
  expect(nearestNames("AAC", names)).toEqual(["System_Audio_AAC"]);
});

test("nothing near is nothing", () => expect(nearestNames("completely different text", names)).toEqual([]));
