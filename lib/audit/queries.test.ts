import fc from "fast-check";
import { expect, test } from "vitest";

import { buildAuditQuery, NO_AUDIT_FILTERS, parseAuditQuery, type AuditQuery } from "#lib/audit/queries.ts";

test("defaults give an empty query", () => {
  expect(buildAuditQuery({}).toString()).toBe("");
  expect(parseAuditQuery(new URLSearchParams())).toEqual({
    filters: NO_AUDIT_FILTERS,
    cursor: null,
    direction: "older",
    limit: 50,
  });
});

test("parse and build are a pair", () => {
  const query: AuditQuery = {
    filters: {
      actor: "usr_01h455vb4pex5vsknk084sn02q",
      action: "access_key.revoke",
      object: "城市 100 %",
      from: "2026-11-01T00:00:00.000Z",
      to: "2026-11-20T00:00:00.000Z",
    },
    cursor: "aud_01h455vb4pex5vsknk084sn02q",
    direction: "newer",
    limit: 20,
  };
  expect(parseAuditQuery(buildAuditQuery(query))).toEqual(query);
});

test.each([
  ["an action that is none", { action: "task.explode" }],
  ["a time that is none", { from: "yesterday", to: "-1" }],
  ["an actor of a thousand letters", { actor: "u".repeat(1000) }],
  ["a zero byte alone", { object: "\0" }],
])("%s is no filter", (_name, given) => {
  expect(parseAuditQuery(given).filters).toEqual(NO_AUDIT_FILTERS);
});

test("never throws, and what it built it reads again", () => {
  const junk = fc.dictionary(
    fc.constantFrom("actor", "action", "object", "from", "to", "cursor", "direction", "limit"),
    fc.string(),
  );
  fc.assert(
    fc.property(junk, (given) => {
      const read = parseAuditQuery(given);
      expect(parseAuditQuery(buildAuditQuery(read))).toEqual(read);
    }),
  );
});
