import fc from "fast-check";
import { expect, test } from "vitest";

import {
  buildTaskFilters,
  buildTaskQuery,
  hasFilters,
  NO_FILTERS,
  parseLogQuery,
  parseTaskFilters,
  parseTaskQuery,
  type TaskQuery,
} from "#lib/tasks/queries.ts";
import { TASK_STATUSES } from "#lib/tasks/status.ts";

const DEFAULTS: TaskQuery = { filters: NO_FILTERS, ids: [], cursor: null, direction: "older", limit: 50 };

test("an empty query means the defaults, and the defaults give an empty query", () => {
  expect(parseTaskQuery({})).toEqual(DEFAULTS);
  expect(buildTaskQuery(DEFAULTS).toString()).toBe("");
  expect(hasFilters(NO_FILTERS)).toBe(false);
});

test("every filter is read", () => {
  const query = parseTaskQuery(
    new URLSearchParams(
      "status=failed,partial&q=intro&template=System_MP4_H264&output=out_1&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00%2B08:00&cursor=abc&direction=newer&limit=20",
    ),
  );
  expect(query).toEqual({
    filters: {
      status: ["partial", "failed"],
      text: "intro",
      template: "System_MP4_H264",
      outputId: "out_1",
      from: "2026-11-01T00:00:00Z",
      to: "2026-11-02T00:00:00+08:00",
    },
    ids: [],
    cursor: "abc",
    direction: "newer",
    limit: 20,
  });
});

test.each([
  ["status=nope,failed&status=queued", { status: ["failed"] }],
  ["from=yesterday&to=2026-11-02", { from: "", to: "" }],
  ["from=2026-02-30T00:00:00Z&to=2028-02-29T23:59:59.5-03:30", { to: "2028-02-29T23:59:59.5-03:30" }],
  ["from=2026-02-28T24:00:00Z&to=2026-13-01T00:00:00Z", { from: "", to: "" }],
  ["q=%00a", { text: "a" }],
  ["q=" + "x".repeat(600), { text: "" }],
])("junk falls back: %s", (text, filters) => {
  expect(parseTaskFilters(new URLSearchParams(text))).toEqual({ ...NO_FILTERS, ...filters });
});

test.each([
  ["limit=0", 1],
  ["limit=101", 100],
  ["limit=-3", 50],
  ["limit=1e9", 50],
])("%s is %i rows", (text, limit) => expect(parseTaskQuery(new URLSearchParams(text)).limit).toBe(limit));

test("Next's repeated parameters and lists of ids are read", () => {
  expect(parseTaskQuery({ q: ["a", "b"], ids: "tsk_a, tsk_b\ntsk_a" })).toMatchObject({
    filters: { text: "a" },
    ids: ["tsk_a", "tsk_b"],
  });
});

test("the log's range is read", () => {
  expect(parseLogQuery(new URLSearchParams())).toEqual({ from: 0, limit: 1000, format: "json" });
  expect(parseLogQuery(new URLSearchParams("from=5&limit=0&format=text"))).toEqual({
    from: 5,
    limit: 1,
    format: "text",
  });
});

const word = fc.string({
  unit: fc.constantFrom("a", "Z", "é", "文", " ", "&", "=", "%", "+", "/", "\0", "#"),
  maxLength: 12,
});
const time = fc
  .date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") })
  .map((date) => date.toISOString());
const anyQuery = fc.record({
  filters: fc.record({
    status: fc.uniqueArray(fc.constantFrom(...TASK_STATUSES)),
    text: word,
    template: word,
    outputId: word,
    from: fc.oneof(fc.constant(""), time),
    to: fc.oneof(fc.constant(""), time),
  }),
  ids: fc.uniqueArray(fc.string({ unit: fc.constantFrom("a", "1", "_"), minLength: 1, maxLength: 8 }), {
    maxLength: 5,
  }),
  cursor: fc.option(fc.string({ unit: fc.constantFrom("a", "B", "-", "_", "9"), minLength: 1 })),
  direction: fc.constantFrom("older" as const, "newer" as const),
  limit: fc.integer({ min: 1, max: 100 }),
});

test("what is built is read back, through the text of a URL", () => {
  fc.assert(
    fc.property(anyQuery, (query) => {
      const once = parseTaskQuery(buildTaskQuery(query));
      expect(parseTaskQuery(new URLSearchParams(buildTaskQuery(once).toString()))).toEqual(once);
      expect(once).toMatchObject({
        ids: query.ids,
        cursor: query.cursor,
        direction: query.direction,
        limit: query.limit,
      });
      expect(once.filters.text).toBe(query.filters.text.replaceAll("\0", "").trim());
      expect(new Set(once.filters.status)).toEqual(new Set(query.filters.status));
      expect([once.filters.from, once.filters.to]).toEqual([query.filters.from, query.filters.to]);
    }),
  );
});

test("nothing throws", () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom(
          "status",
          "q",
          "template",
          "output",
          "from",
          "to",
          "ids",
          "cursor",
          "direction",
          "limit",
        ),
        fc.string({ unit: "binary" }),
      ),
      (record) => {
        const query = parseTaskQuery(record);
        expect(parseTaskFilters(buildTaskFilters(query.filters))).toEqual(query.filters);
      },
    ),
  );
});
