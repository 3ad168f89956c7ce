import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

import { checkResult } from "./check-result.ts";
import { expectedFailure } from "./expected.ts";
import { resultOf } from "./pair.ts";
import { SOURCES } from "./sources.ts";
import { inTenth } from "./tenth.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { Clips, predefined, produceAll } from "#lib/media/test-pipeline.ts";

const clips = new Clips();
afterAll(() => clips.remove());

const names = PREDEFINED_SPECS.map(({ name }) => name);
const tenth = SOURCES.map((source, row) => ({
  source,
  templates: names.filter((_, column) => inTenth(row, column)),
}));

describe("a fixed tenth of the matrix", () => {
  it("has every source and every template, which are named after their pattern", () => {
    expect(tenth.filter(({ templates }) => templates.length === 0)).toEqual([]);
    expect([...new Set(tenth.flatMap(({ templates }) => templates))].sort()).toEqual([...names].sort());
    expect(names.length).toBeGreaterThanOrEqual(16);
    for (const name of names)
      expect(name).toMatch(/^System_(MP4|HLS|DASH|CMAF|WebM|TS|MKV|MOV|GIF|WebP|Audio)(_[A-Za-z0-9]+)+$/);
  });

  it.each(tenth)("$source.name: $templates", async ({ source, templates }) => {
    const path = source.make(clips);
    const fails = (name: string) => expectedFailure(source, predefined(name));
    const work = clips.path(`work-${source.name}`);
    for (const name of templates.filter((one) => fails(one) !== null)) {
      const failure = { code: fails(name) };
      await expect(produceAll(path, { [name]: predefined(name) }, work)).rejects.toMatchObject({ failure });
    }
    // All from one decode, as a task with several templates is encoded.
    const good = templates.filter((name) => fails(name) === null);
    const specs = Object.fromEntries(good.map((name) => [name, predefined(name)]));
    const made = good.length === 0 ? [] : await produceAll(path, specs, work);
    expect(made.map(({ plan }) => plan.key).sort()).toEqual([...good].sort());
    for (const one of made) {
      const { key } = one.plan;
      expect({ [key]: await checkResult(resultOf(one), predefined(key), source, path) }).toEqual({
        [key]: [],
      });
    }
  });
});

it("what is wrong with a result is told", async () => {
  const source = SOURCES.find(({ name }) => name === "second");
  if (!source?.video) throw new Error("the matrix has no source of one second");
  const path = source.make(clips);
  const spec = predefined("System_CMAF_H264");
  const [made] = await produceAll(path, { wrong: spec }, clips.path("work-wrong"));
  if (!made) throw new Error("nothing was produced");
  const result = resultOf(made);
  expect(await checkResult(result, spec, source, path)).toEqual([]);

  const other = {
    ...source,
    seconds: 1.5,
    video: { ...source.video, ladder: ["640x360"], frames: 26 },
    audio: [{ channels: 1, hertz: 600 }],
  };
  const upsideDown = clips.make("upside-down.mp4", "-i", path, "-vf", "vflip");
  const problems = (await checkResult(result, predefined("System_CMAF_H265"), other, upsideDown)).join("\n");
  for (const said of [
    'HLS: sizes: ["320x180"], not ["640x360"]',
    'DASH: sizes: ["320x180"], not ["640x360"]',
    "HLS: CODECS: ",
    "DASH: codecs: ",
    "mp4box: frames: 25, not 26",
    "frames: 25, not 26",
    'codec: "h264", not "hevc"',
    "HLS: seconds: 1",
    "DASH: seconds: 1",
    "first picture is the source's (",
    "tone in Hz: 44",
  ])
    expect(problems).toContain(said);

  rmSync(join(result.dir, result.files.find((file) => file.endsWith("360p/00001.m4s")) ?? ""));
  const missing = (await checkResult(result, spec, source, path)).join("\n");
  expect(missing).toContain("HLS: files that are missing: [");
  expect(missing).toContain("DASH: files that are missing: [");
});
