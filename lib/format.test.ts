import { describe, expect, test } from "vitest";

import {
  formatBitRate,
  formatByteRate,
  formatBytes,
  formatClock,
  formatDate,
  formatDateTime,
  formatDuration,
  formatFrameRate,
  formatNumber,
  formatPercent,
  formatRelativeTime,
  formatSpeed,
} from "#lib/format.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1 kB"],
  [1_250_000, "1.3 MB"],
  [4_200_000_000, "4.2 GB"],
  [112_400_000, "112 MB"],
  [999_950, "1 MB"],
  [5e15, "5 PB"],
])("%i bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes, "en")).toBe(text);
  expect(formatBytes(bytes, "zh-CN")).toBe(text);
});

test("rates have their unit", () => {
  expect(formatBitRate(46_500_000, "en")).toBe("46.5 Mbit/s");
  expect(formatBitRate(128_000, "en")).toBe("128 kbit/s");
  expect(formatByteRate(112_400_000, "zh-CN")).toBe("112 MB/s");
  expect(formatSpeed(2.13, "en")).toBe("2.1×");
  expect(formatSpeed(12.6, "en")).toBe("13×");
  expect(formatFrameRate(29.97002997, "en")).toBe("29.97 fps");
  expect(formatFrameRate(25, "en")).toBe("25 fps");
});

test("numbers are grouped, percentages never reach 100 too early", () => {
  expect(formatNumber(1_234_567, "en")).toBe("1,234,567");
  expect(formatPercent(43.2, "en")).toBe("43 %");
  expect(formatPercent(99.9, "zh-CN")).toBe("99%");
  expect(formatPercent(100, "en")).toBe("100 %");
});

test.each([
  [0, "0:00"],
  [59.6, "1:00"],
  [724, "12:04"],
  [3725, "1:02:05"],
])("%d s of media are %s", (seconds, text) => expect(formatClock(seconds)).toBe(text));

test("a clip's edge is shown to the tenth, never rounded up", () => {
  expect(formatClock(10.04, { tenths: true })).toBe("0:10.0");
  expect(formatClock(59.99, { tenths: true })).toBe("0:59.9");
  expect(formatClock(0.3, { tenths: true })).toBe("0:00.3");
});

test.each([
  [4, "4 s", "4 秒"],
  [100, "1 m 40 s", "1 分 40 秒"],
  [365, "6 m 05 s", "6 分 05 秒"],
  [8000, "2 h 13 m", "2 小时 13 分"],
  [90_000, "1 d 1 h", "1 天 1 小时"],
])("%i s last %s", (seconds, en, zh) => {
  expect(formatDuration(seconds, "en")).toBe(en);
  expect(formatDuration(seconds, "zh-CN")).toBe(zh);
});

test("short ones can be precise", () => {
  expect(formatDuration(1.23, "en", { precise: true })).toBe("1.2 s");
  expect(formatDuration(12.3, "en", { precise: true })).toBe("12 s");
});

describe("relative time", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");
  const ago = (seconds: number) => new Date(now - seconds * 1000);
  test.each([
    [2, "just now", "刚刚"],
    [24, "24 s ago", "24 秒前"],
    [150, "2 m ago", "2 分钟前"],
    [3 * 3600, "3 h ago", "3 小时前"],
    [5 * 86_400, "5 d ago", "5 天前"],
    [-90, "in 1 m", "1 分钟后"],
    [40 * 86_400, "2026-10-11", "2026-10-11"],
  ])("%i s", (seconds, en, zh) => {
    expect(formatRelativeTime(ago(seconds), now, "en", "UTC")).toBe(en);
    expect(formatRelativeTime(ago(seconds).toISOString(), now, "zh-CN", "UTC")).toBe(zh);
  });
});

test("exact times name their zone", () => {
  expect(formatDateTime("2026-11-20T09:31:07Z", "en", "UTC")).toBe("2026-11-20 09:31:07 UTC");
  expect(formatDateTime("2026-11-20T20:31:07Z", "zh-CN", "Asia/Shanghai")).toBe("2026-11-21 04:31:07 GMT+8");
  expect(formatDate("2026-11-20T20:31:07Z", "en", "Asia/Shanghai")).toBe("2026-11-21");
});
