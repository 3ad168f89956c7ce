import { expect, test } from "vitest";
import { loudnessReader } from "#lib/media/read-loudness.ts";

const block = (name: string, integrated: string) => [
  `[loudnorm@${name} @ 0x564ef0ba89c0] [info] `,
  "{",
  `\t"input_i" : "${integrated}",`,
  `\t"input_tp" : "-16.08",`,
  `\t"input_lra" : "0.10",`,
  `\t"input_thresh" : "-31.80",`,
  `\t"output_i" : "-16.00",`,
  `\t"normalization_type" : "dynamic",`,
  `\t"target_offset" : "-0.00"`,
  "}",
];

test("each sound's figures are read by its name, between whatever else ffmpeg says", () => {
  const reader = loudnessReader();
  const lines = [
    "[info] size=N/A",
    ...block("j0a0", "-21.80"),
    "[warning] x",
    ...block("j1a0", "-inf"),
    ...block("j1a1", "-70.00"),
  ];
  const taken = lines.filter((line) => reader.push(line));
  expect(lines.length - taken.length).toBe(2);
  expect(reader.measured.get("j0a0")).toEqual({
    integrated: "-21.80",
    truePeak: "-16.08",
    range: "0.10",
    threshold: "-31.80",
    offset: "0.00",
  });
  // Silence has no loudness to bring anywhere.
  expect([reader.measured.get("j1a0"), reader.measured.get("j1a1")]).toEqual([null, null]);
  expect(reader.measured.has("j9a9")).toBe(false);
});
