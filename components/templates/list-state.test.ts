import { expect, test } from "vitest";

import { filterTemplates, type TemplateFilters } from "#components/templates/list-state.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import type { TemplateSummary } from "#lib/templates/view.ts";

/** The first five that shipped: an MP4, an HLS, a DASH, an HEVC and a sound. */
const templates: TemplateSummary[] = PREDEFINED_SPECS.slice(0, 5).map(
  ({ name, description, spec }, index) => ({
    id: `tpl_${index}`,
    number: index,
    name,
    kind: "predefined",
    version: 1,
    description,
    spec,
    createdAt: "",
    updatedAt: "",
    archivedAt: null,
    usedBy: 0,
  }),
);
const found = (
  filters: Partial<TemplateFilters>,
  describe = ({ description }: TemplateSummary) => description,
) =>
  filterTemplates(templates, { q: "", container: null, codec: null, ...filters }, describe).map(
    ({ name }) => name,
  );

test("no filter lets all through, each narrows, and together they narrow more", () => {
  expect(found({})).toHaveLength(templates.length);
  expect(found({ q: " dash " })).toEqual(["System_DASH_MP4_H264"]);
  expect(found({ q: "tpl_0" })).toEqual(["System_MP4_H264"]);
  expect(found({ container: "mp4" })).toEqual(["System_MP4_H264", "System_MP4_H265"]);
  expect(found({ container: "mp4", codec: "h265" })).toEqual(["System_MP4_H265"]);
  expect(found({ codec: "audio" })).toEqual(["System_Audio_AAC"]);
  expect(found({ codec: "vp9" })).toEqual([]);
});

test("a text is looked for in what the reader sees", () => {
  const inChinese = ({ name }: TemplateSummary) => (name === "System_Audio_AAC" ? "仅音频" : "视频");
  expect(found({ q: "仅音频" }, inChinese)).toEqual(["System_Audio_AAC"]);
  expect(found({ q: "sound alone" }, inChinese)).toEqual([]);
});
