import { expect, test } from "vitest";

import en from "#lib/i18n/messages/en/templates.json" with { type: "json" };
import zh from "#lib/i18n/messages/zh-CN/templates.json" with { type: "json" };
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";

test("every predefined template is described in both languages, in English as the API does it", () => {
  expect(en.shipped).toEqual(
    Object.fromEntries(PREDEFINED_SPECS.map(({ name, description }) => [name, description])),
  );
  expect(Object.keys(zh.shipped).sort()).toEqual(Object.keys(en.shipped).sort());
  for (const words of Object.values(zh.shipped)) expect(words).toMatch(/\p{Script=Han}/u);
});
