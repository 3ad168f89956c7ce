import { describe, expect, test } from "vitest";

import {
  buildListState,
  countFilters,
  EMPTY_STATE,
  parseListState,
  TASK_VIEWS,
  toTaskQuery,
  viewOf,
  type ListState,
} from "#components/tasks/list/list-state.ts";
import { NO_FILTERS } from "#lib/tasks/queries.ts";

const NOW = Date.UTC(2026, 10, 20, 12, 34, 56);

describe("the address of the list", () => {
  test("defaults give an empty query", () => {
    expect(buildListState(EMPTY_STATE).toString()).toBe("");
    expect(parseListState(new URLSearchParams())).toEqual(EMPTY_STATE);
  });

  test("parse and build are a pair", () => {
    const state: ListState = {
      filters: {
        ...NO_FILTERS,
        status: ["partial", "failed"],
        text: "城市 night",
        template: "System_HLS_H264",
        outputId: "out_1",
      },
      created: "7d",
      cursor: "abc",
      direction: "newer",
    };
    expect(parseListState(buildListState(state))).toEqual(state);
  });

  test("a named range wins over dates, and junk is no range", () => {
    const given = new URLSearchParams({ created: "7d", from: "2026-01-01T00:00:00Z" });
    expect(parseListState(given)).toMatchObject({ created: "7d", filters: { from: "" } });
    expect(parseListState(new URLSearchParams({ created: "ever" })).created).toBeNull();
  });

  test("a range begins at a round moment, so that the same question is asked for a while", () => {
    const from = (created: ListState["created"]) =>
      toTaskQuery({ ...EMPTY_STATE, created }, NOW, "UTC").filters.from;
    expect(from("today")).toBe("2026-11-20T00:00:00.000Z");
    expect(from("24h")).toBe("2026-11-19T12:00:00.000Z");
    expect(from("7d")).toBe("2026-11-13T00:00:00.000Z");
    expect(from("30d")).toBe("2026-10-21T00:00:00.000Z");
    expect(from(null)).toBe("");
  });

  test("a view is recognised on every page of it", () => {
    expect(viewOf({ ...TASK_VIEWS.attention, cursor: "abc" })).toBe("attention");
    expect(viewOf({ ...EMPTY_STATE, filters: { ...NO_FILTERS, text: "x" } })).toBeNull();
  });

  test("both ends of a range are one filter", () => {
    const filters = { ...NO_FILTERS, from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" };
    expect(countFilters({ ...EMPTY_STATE, filters })).toBe(1);
  });
});
