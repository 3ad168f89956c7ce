import { describe, expect, test } from "vitest";

import { toVendorExtras } from "#lib/dialects/visionular/map-extras.ts";
import { readTemplate } from "#lib/dialects/visionular/read-template.ts";
import { templateWireSchema } from "#lib/dialects/visionular/template-schema.ts";
import { encodeSpecSchema, type EncodeSpec } from "#lib/media/encode-spec.ts";

const read = (fields: object) =>
  readTemplate(templateWireSchema.parse({ template_name: "T", format: "hls", ...fields })).spec;
const specOf = (fields: object): EncodeSpec => encodeSpecSchema.parse(read(fields));

const LOGO = { logo_path: "https://a.example/l.png" };
const HD = { resolution: "1280x720" };

describe("a logo", () => {
  test.each([
    ["with nothing but its path", LOGO, { position: "top-left", widthPercent: 10, marginPercent: 0 }],
    ["in the template itself", { logo_path: "data:image/png;base64,iVBORw0KGgo=" }, { position: "top-left" }],
    ["with a share as its width", { ...LOGO, logo_size: "12.5%" }, { widthPercent: 12.5 }],
    ["with pixels as its width", { ...LOGO, ...HD, logo_size: "128x0" }, { widthPercent: 10 }],
    ["with zeros", { ...LOGO, logo_size: "0x0", logo_offset: "0x0" }, { widthPercent: 10, marginPercent: 0 }],
    ["in a corner itself", { ...LOGO, logo_offset: "-0x-0" }, { position: "bottom-right", marginPercent: 0 }],
    [
      "in the bottom right corner",
      { ...LOGO, logo_offset: "-2%x-2%" },
      { position: "bottom-right", marginPercent: 2 },
    ],
    [
      "with pixels as its place",
      { ...LOGO, ...HD, logo_offset: "-64:36" },
      { position: "top-right", marginPercent: 5 },
    ],
    [
      "with as many pixels from two sides",
      { ...LOGO, ...HD, logo_offset: "20x-20" },
      { position: "bottom-left", marginPercent: 1.563, verticalMarginPercent: 2.778 },
    ],
  ])("%s", (_name, fields, wanted) => {
    const source = "logo_path" in fields ? fields.logo_path : "";
    expect(specOf(fields).watermarks).toEqual([
      expect.objectContaining({ kind: "image", source, opacity: 1, ...wanted }),
    ]);
  });

  test.each([
    ["logo_path: a path in a storage", { logo_path: "logos/a.png" }],
    ["logo_size: there is no logo", { logo_size: "10%" }],
    ["logo_offset: there is no logo", { logo_offset: "1x1" }],
    ["logo_size: the logo keeps its shape", { ...LOGO, ...HD, logo_size: "128x64" }],
    ["logo_size: pixels are a share", { ...LOGO, logo_size: "128" }],
    ['logo_size: "large"', { ...LOGO, logo_size: "large" }],
    ["logo_offset: pixels are a share", { ...LOGO, resolution: "720p", logo_offset: "20x20" }],
    ['logo_offset: "corner"', { ...LOGO, logo_offset: "corner" }],
  ])("is refused by name: %s", (words, fields) => {
    expect(() => read(fields)).toThrow(words);
  });
});

describe("thumbnails", () => {
  test.each([
    ["a number of them", { number: 4 }, { count: 4 }],
    ["one every so often", { interval: 2.5, width: 320 }, { intervalSeconds: 2.5, width: 320 }],
    ["some from the start", { interval: 10, number: 3 }, { times: [0, 10, 20] }],
    ["some from a time on", { start_point: 5, interval: 2, number: 3 }, { times: [5, 7, 9] }],
    ["one at a time", { start_point: 5, number: 1 }, { times: [5] }],
    ["in the picture's shape", { number: 1, width: 320, height: 180 }, { count: 1, width: 320 }],
  ])("%s", (_name, thumbnail, wanted) => {
    expect(specOf({ ...HD, thumbnail }).thumbnails).toEqual({ sprite: false, ...wanted });
  });

  test.each([
    ["thumbnail: give an interval", { width: 320 }],
    ["thumbnail.height: ", { number: 1, width: 320, height: 320 }],
    ["thumbnail.height: ", { number: 1, height: 180 }],
    ["thumbnail.start_point: ", { start_point: 5 }],
    ["thumbnail.start_point: ", { start_point: 5, interval: 2 }],
    ["thumbnail.start_point: ", { start_point: 5, number: 2 }],
    ["thumbnail.number: 100 at most", { interval: 1, number: 101 }],
  ])("are refused by name: %s", (words, thumbnail) => {
    expect(() => read({ ...HD, thumbnail })).toThrow(words);
  });
});

describe("encryption", () => {
  test.each([
    [{ mode: "AES-128" }, { method: "aes-128" }],
    [{ provider: "aes" }, { method: "aes-128" }],
    [
      { key_url: "https://k.example/1", http_method: "get" },
      { method: "aes-128", keyUrl: "https://k.example/1" },
    ],
  ])("%o", (encryption, wanted) => expect(specOf({ encryption }).encryption).toEqual(wanted));

  test.each([
    ['encryption.mode: "cbcs"', { mode: "cbcs" }],
    ['encryption.provider: "widevine"', { provider: "widevine" }],
    ["encryption.drm_systems: ", { drm_systems: ["fairplay"] }],
    ["encryption.http_method: ", { mode: "aes-128", http_method: "POST" }],
    ["encryption.headers: ", { mode: "aes-128", headers: { Authorization: "x" } }],
  ])("is refused by name: %s", (words, encryption) => {
    expect(() => read({ encryption })).toThrow(words);
  });
});

test("what says nothing asks for nothing", () => {
  const empty = {
    logo_path: "",
    logo_size: null,
    thumbnail: { start_point: 0, interval: 0, number: 0, width: 0, height: 0 },
    encryption: { provider: "", mode: "", drm_systems: null, key_url: "", http_method: "", headers: null },
  };
  for (const fields of [empty, { thumbnail: null, encryption: null }, {}]) {
    const { watermarks, thumbnails, encryption } = specOf(fields);
    expect({ watermarks, thumbnails, encryption }).toEqual({ watermarks: [] });
    expect(toVendorExtras(specOf(fields))).toEqual({});
  }
});

test("what one server says, another reads as the same", () => {
  for (const fields of [
    { ...LOGO, logo_size: "12.5%", logo_offset: "-3%x-3%" },
    { ...LOGO, logo_offset: "-1.563%x2.778%" },
    LOGO,
    { thumbnail: { number: 4, width: 320 } },
    { thumbnail: { interval: 7 } },
    { thumbnail: { interval: 3, number: 1 } },
    { thumbnail: { start_point: 5, interval: 2, number: 3 } },
    { thumbnail: { start_point: 5, number: 1 } },
    { encryption: { mode: "aes-128" } },
    { encryption: { key_url: "https://k.example/1" } },
  ]) {
    const spec = specOf(fields);
    const said = toVendorExtras(spec);
    expect(Object.keys(said).length).toBeGreaterThan(0);
    expect(specOf(said)).toEqual(spec);
  }
});

test("what the vendor has no words for is not said at all", () => {
  const spec = specOf(LOGO);
  const [logo] = spec.watermarks;
  if (!logo) throw new Error("there is no logo");
  const said = (changes: Partial<EncodeSpec>) => toVendorExtras({ ...spec, ...changes });
  for (const other of [{ opacity: 0.5 }, { endSeconds: 5 }, { position: "center" as const }])
    expect(said({ watermarks: [{ ...logo, ...other }] })).toEqual({});
  expect(said({ watermarks: [logo, logo] })).toEqual({});
  for (const thumbnails of [
    { percents: [50], sprite: false },
    { count: 3, sprite: true },
    { times: [1, 2, 4], sprite: false },
    { times: [0.5], sprite: false },
    { intervalSeconds: 2.5, sprite: false },
  ])
    expect(said({ watermarks: [], thumbnails })).toEqual({});
});
