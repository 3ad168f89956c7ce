import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { encodeSpecSchema } from "#lib/media/encode-spec.ts";
import { encodingPage } from "#lib/media/encoding-page.ts";
import { OPTION_EXAMPLES } from "#lib/media/option-examples.ts";

test("the page says what the engine spells: node lib/media/encoding-page.ts writes it", () => {
  expect(readFileSync("docs/encoding.md", "utf8")).toBe(encodingPage());
});

test("every option that can be set has an example", () => {
  const shown = OPTION_EXAMPLES.map(({ option }) => option).join(" ");
  for (const option of Object.keys(encodeSpecSchema.shape)) {
    expect([option, shown.includes(option)]).toEqual([option, true]);
  }
});
