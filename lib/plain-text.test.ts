import { expect, test } from "vitest";

import { isPlainLine, isPlainText, plainLine } from "#lib/plain-text.ts";
import { cleanUploadName } from "#lib/uploads/schema.ts";

const HIDDEN = [
  "\u0000",
  "\u001b",
  "\u007f",
  "\u0085",
  "\u2028",
  "\u200e",
  "\u202e",
  "\u2066",
  "\ufeff",
  "\ud83d",
];

test.each(HIDDEN.map((letter) => [JSON.stringify(letter), letter]))(
  "%s has no place in a name",
  (_shown, letter) => {
    const name = `a${letter}b`;
    expect(isPlainLine(name)).toBe(false);
    expect(plainLine(name)).toBe("ab");
    expect(cleanUploadName(`folder/${name}.mov`)).toBe("ab.mov");
  },
);

test("letters of every script, accents and emoji may stay", () => {
  const name = "Été 夏 صيف 👩‍👩‍👧 a-b_c (1).mov";
  expect(isPlainLine(name)).toBe(true);
  expect(plainLine(name)).toBe(name);
});

test("a longer text may have tabs, line ends and ordinary direction marks", () => {
  expect(isPlainText("a\tb\r\nc \u200fש")).toBe(true);
  for (const letter of ["\u0007", "\u001b", "\u202e", "\u2069", "\udc00"])
    expect(isPlainText(letter)).toBe(false);
});
