import { expect, test } from "vitest";

import { acceptsJson } from "#lib/http/tus-server.ts";

test.each([
  [undefined, true],
  ["*/*", true],
  ["application/json", true],
  ["text/html, application/json;q=0.9", true],
  ["application/*", true],
  ["text/plain", false],
  ["text/html,text/*", false],
  ["application/jsonp", false],
])("Accept: %s takes JSON: %s", (accept, isTaken) => {
  expect(acceptsJson(accept)).toBe(isTaken);
});
