"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useMemo } from "react";

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** Figures with units, in the reader's language. */
export type Figures = ReturnType<typeof useFigures>;

/** Writes durations, sizes, rates and counts the same way on every page of a task. Sizes are decimal (1 kB = 1000 B). */
export function useFigures() {
  const t = useTranslations("common");
  const format = useFormatter();
  return useMemo(() => {
    const number = (value: number, digits = 0) =>
      format.number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    const kbps = (value: number) =>
      value >= 1000 ? `${number(value / 1000, value >= 100_000 ? 0 : 1)} Mbit/s` : `${number(value)} kbit/s`;

    /** "1.2 s", "1 m 40 s", "2 h 05 m". */
    const duration = (seconds: number) => {
      if (seconds < 9.95)
        return t("duration.seconds", { s: seconds % 1 < 0.05 ? number(seconds) : number(seconds, 1) });
      const whole = Math.round(seconds);
      if (whole < 60) return t("duration.seconds", { s: String(whole) });
      const two = (value: number) => String(value).padStart(2, "0");
      if (whole < 3600)
        return t("duration.minutes", { m: String(Math.floor(whole / 60)), s: two(whole % 60) });
      return t("duration.hours", {
        h: number(Math.floor(whole / 3600)),
        m: two(Math.floor((whole % 3600) / 60)),
      });
    };

    return {
      number,
      duration,
      kbps,
      /** Whole percent, never 100 before the end. */
      percent: (value: number) => t("percent", { value: String(Math.floor(value)) }),
      speed: (value: number) => t("speed", { value: number(value, value < 10 ? 1 : 0) }),
      fps: (value: number) => `${number(value, Number.isInteger(value) || value >= 100 ? 0 : 2)} fps`,
      timeLeft: (seconds: number) => t("duration.left", { time: duration(seconds) }),
      /** Bits per second. */
      bitRate: (value: number) => kbps(value / 1000),
      /** "4.2 GB". */
      bytes: (value: number) => {
        const power = value < 1000 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(value) / 3));
        const scaled = value / 1000 ** power;
        return `${number(scaled, power === 0 || scaled >= 100 ? 0 : 1)} ${BYTE_UNITS[power] ?? "B"}`;
      },
    };
  }, [t, format]);
}

/** 724 → "12:04", 3723 → "1:02:03". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor((whole % 3600) / 60);
  return whole < 3600
    ? `${minutes}:${two(whole % 60)}`
    : `${Math.floor(whole / 3600)}:${two(minutes)}:${two(whole % 60)}`;
}
