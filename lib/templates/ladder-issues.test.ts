import { describe, expect, test } from "vitest";

import type { Rendition, VideoSpec } from "#lib/media/encode-spec.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { ladderIssues } from "#lib/templates/ladder-issues.ts";

const rung = (changes: Partial<Rendition>): Rendition => ({
  name: "x",
  rateControl: { mode: "crf", crf: 23 },
  ...changes,
});
const crf = (maxKbps?: number) => ({ mode: "crf" as const, crf: 23, ...(maxKbps && { maxKbps }) });
const issuesOf = (...renditions: Rendition[]) =>
  ladderIssues({ video: { renditions } as VideoSpec }).map(({ path, rule, suggested }) => [
    path.replace("video.renditions.", ""),
    rule,
    suggested,
  ]);

describe("a ladder", () => {
  test("that is shipped has no issue, and neither has sound alone", () => {
    for (const { name, spec } of PREDEFINED_SPECS) expect(ladderIssues(spec), name).toEqual([]);
    expect(ladderIssues({ video: null })).toEqual([]);
  });

  test("needs even sizes", () => {
    expect(issuesOf(rung({ width: 853, height: 481 }))).toEqual([
      ["0.width", "even", 854],
      ["0.height", "even", 482],
    ]);
  });

  test("falls in size, by height and then by width", () => {
    expect(issuesOf(rung({ height: 360 }), rung({ height: 720 }))).toEqual([["1.height", "larger", null]]);
    expect(issuesOf(rung({ width: 640, height: 360 }), rung({ width: 720, height: 360 }))).toEqual([
      ["1.height", "larger", null],
    ]);
    expect(issuesOf(rung({ width: 640 }), rung({ width: 1280 }))).toEqual([["1.width", "larger", null]]);
    expect(issuesOf(rung({ height: 720 }), rung({}))).toEqual([["1.height", "source_first", null]]);
    expect(issuesOf(rung({}), rung({ height: 720 }))).toEqual([]);
  });

  test("falls in its highest bit rate, with a value that would do", () => {
    const first = rung({ height: 1080, rateControl: crf(5000) });
    expect(issuesOf(first, rung({ height: 720, rateControl: crf(5600) }))).toEqual([
      ["1.rateControl.maxKbps", "rate", 2700],
    ]);
    expect(issuesOf(first, rung({ height: 720, rateControl: { mode: "cbr", kbps: 6000 } }))).toEqual([
      ["1.rateControl.kbps", "rate", 2700],
    ]);
    const vbr = { mode: "vbr" as const, kbps: 3000, maxKbps: 5001, twoPass: false };
    expect(issuesOf(first, rung({ height: 720, rateControl: vbr }))).toEqual([
      ["1.rateControl.maxKbps", "rate", 2700],
    ]);
    expect(issuesOf(first, rung({ height: 720, rateControl: crf() }))).toEqual([]);
  });

  test("may hold a size twice at two rates, but not the same rung twice", () => {
    const first = rung({ height: 720, rateControl: crf(3000) });
    expect(issuesOf(first, rung({ height: 720, rateControl: crf(1500) }))).toEqual([]);
    expect(issuesOf(first, rung({ height: 720, rateControl: crf(3000) }))).toEqual([
      ["1.height", "same", null],
    ]);
  });
});
