import fc from "fast-check";
import { expect, test } from "vitest";

import { findJsonError } from "#components/templates/find-json-error.ts";

test.each([
  ["", 1, 1],
  ["{", 1, 2],
  ['{"a": 1,}', 1, 9],
  ['{\n  "a": 1\n  "b": 2\n}', 3, 3],
  ['{\n  "a": tru\n}', 2, 8],
  ["[1, 2", 1, 6],
  ['{"a": 01}', 1, 8],
  ['{"a": "x\ny"}', 1, 9],
  ['{"a": "\\x"}', 1, 8],
  ["{} {}", 1, 4],
  ["{'a': 1}", 1, 2],
])("%j breaks at line %i, column %i", (text, line, column) => {
  expect(findJsonError(text)).toMatchObject({ line, column });
});

test("JSON has no error, and what is not JSON has one inside the text", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(findJsonError(text)).toBeNull();
    }),
  );
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, at) => {
      const broken = text.slice(0, at % (text.length + 1));
      const found = findJsonError(broken);
      if (found !== null) expect(found.offset).toBeLessThanOrEqual(broken.length);
    }),
  );
});
