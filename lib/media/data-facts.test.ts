import { expect, test } from "vitest";

import { dataFacts } from "#lib/media/data-facts.ts";

test.each([
  ["data:image/png;base64,AAAA", { type: "image/png", bytes: 3 }],
  ["data:image/webp;base64,AAA=", { type: "image/webp", bytes: 2 }],
  ["data:image/svg+xml;base64,AA==", { type: "image/svg+xml", bytes: 1 }],
  ["data:text/html;charset=utf-8,<b>", { type: "text/html", bytes: 3 }],
  ["data:,abc", { type: "text/plain", bytes: 3 }],
  ["https://a.example/data:image/png;base64,AAAA", null],
  ["", null],
])("%s", (text, facts) => expect(dataFacts(text)).toEqual(facts));
