import { describe, expect, test } from "vitest";

import { dateInZone, startOfDate, startOfDay } from "#components/tasks/list/day-in-zone.ts";

const NOON_UTC = Date.UTC(2026, 10, 20, 12);

describe("days in a time zone", () => {
  test("the date is the one on the wall there", () => {
    expect(dateInZone(Date.UTC(2026, 10, 20, 23), "Asia/Shanghai")).toBe("2026-11-21");
    expect(dateInZone(Date.UTC(2026, 10, 20, 2), "America/New_York")).toBe("2026-11-19");
  });

  test("a day begins at midnight there", () => {
    expect(new Date(startOfDay(NOON_UTC, "Asia/Shanghai")).toISOString()).toBe("2026-11-19T16:00:00.000Z");
    expect(new Date(startOfDay(NOON_UTC, "UTC", 7)).toISOString()).toBe("2026-11-13T00:00:00.000Z");
  });

  test("on the day that the clocks change, too", () => {
    expect(startOfDate("2026-03-29", "Europe/Berlin")).toBe(Date.UTC(2026, 2, 28, 23));
    expect(startOfDate("2026-03-29", "Europe/Berlin", 1)).toBe(Date.UTC(2026, 2, 29, 22));
  });

  test("what is no date is null", () => {
    expect(startOfDate("20 Nov", "UTC")).toBeNull();
  });
});
