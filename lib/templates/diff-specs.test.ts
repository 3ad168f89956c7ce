import { expect, test } from "vitest";

import { diffSpecs } from "#lib/templates/diff-specs.ts";

const rung = (name: string, height: number, maxKbps: number) => ({
  name,
  height,
  rateControl: { mode: "crf", crf: 23, maxKbps },
});
const spec = {
  container: "hls",
  video: { codec: "h264", renditions: [rung("720p", 720, 2800), rung("360p", 360, 800)] },
  audio: { codec: "aac", kbps: 128 },
};

test("the same is no change", () => expect(diffSpecs(spec, structuredClone(spec))).toEqual([]));

test("a changed, a new and a removed field are told apart", () => {
  const after = {
    ...spec,
    audio: { kbps: 96, codec: "aac", tracks: "all" },
    video: { ...spec.video, renditions: [rung("720p", 720, 3500), { name: "360p", height: 360 }] },
  };
  expect(diffSpecs(spec, after)).toEqual([
    { path: "video.renditions[720p].rateControl.maxKbps", before: 2800, after: 3500 },
    { path: "video.renditions[360p].rateControl.mode", before: "crf" },
    { path: "video.renditions[360p].rateControl.crf", before: 23 },
    { path: "video.renditions[360p].rateControl.maxKbps", before: 800 },
    { path: "audio.kbps", before: 128, after: 96 },
    { path: "audio.tracks", after: "all" },
  ]);
});

test("a rung that is put between two others is that rung's fields, not everybody's", () => {
  const [first, second] = spec.video.renditions;
  const after = { ...spec, video: { ...spec.video, renditions: [first, rung("480p", 480, 1400), second] } };
  expect(diffSpecs(spec, after).map(({ path }) => path)).toEqual([
    "video.renditions[480p].name",
    "video.renditions[480p].height",
    "video.renditions[480p].rateControl.mode",
    "video.renditions[480p].rateControl.crf",
    "video.renditions[480p].rateControl.maxKbps",
  ]);
});

test("an object that becomes null is both its fields gone and null", () => {
  expect(diffSpecs({ audio: { kbps: 1 } }, { audio: null })).toEqual([
    { path: "audio.kbps", before: 1 },
    { path: "audio", after: null },
  ]);
});

test("an image inside a template is told by its type and size, and is a change when it is another", () => {
  const marked = (source: string) => ({ watermarks: [{ kind: "image", source }] });
  const png = (bytes: number) => `data:image/png;base64,${Buffer.alloc(bytes, 1).toString("base64")}`;
  expect(diffSpecs(marked("https://a.example/logo.png"), marked(png(3000)))).toEqual([
    {
      path: "watermarks[0].source",
      before: "https://a.example/logo.png",
      after: "data:image/png (3000 bytes)",
    },
  ]);
  const other = png(3000).replace("AQEB", "AQEC");
  expect(diffSpecs(marked(png(3000)), marked(other))).toHaveLength(1);
  expect(diffSpecs(marked(png(3001)), marked(png(3001)))).toEqual([]);
  expect(diffSpecs({ text: "" }, { text: "data:, not an image" })).toEqual([
    { path: "text", before: "", after: "data:, not an image" },
  ]);
});
