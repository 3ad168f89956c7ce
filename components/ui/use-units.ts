"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useMemo } from "react";

export type Units = {
  /** 612 MB: decimal units, three significant digits. */
  bytes: (bytes: number) => string;
  /** 1:12, 21:48, 1:02:03: for columns of figures. */
  clock: (seconds: number) => string;
  /** "1 m 40 s", "1 分 40 秒": for sentences. */
  span: (seconds: number) => string;
  /** "43 %": whole, rounded down, so that 100 % means finished. */
  percent: (percent: number) => string;
  /** "2.1×" */
  speed: (speed: number) => string;
  /** "1,240" */
  count: (value: number) => string;
};

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** Figures with their units, in the page's language. */
export function useUnits(): Units {
  const format = useFormatter();
  const t = useTranslations("common");
  return useMemo<Units>(() => {
    return {
      bytes: (bytes) => {
        const power = Math.min(BYTE_UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
        return `${format.number(bytes / 1000 ** power, { maximumSignificantDigits: 3 })} ${BYTE_UNITS[power]}`;
      },
      clock: clockText,
      span: (seconds) => {
        const whole = Math.max(0, Math.round(seconds));
        const s = whole % 60;
        const m = Math.floor(whole / 60) % 60;
        const h = Math.floor(whole / 3600);
        if (h > 0) return t("duration.hours", { h, m: String(m).padStart(2, "0") });
        return m > 0
          ? t("duration.minutes", { m, s: String(s).padStart(2, "0") })
          : t("duration.seconds", { s });
      },
      percent: (percent) => t("percent", { value: Math.floor(percent) }),
      speed: (speed) =>
        t("speed", { value: format.number(speed, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) }),
      count: (value) => format.number(value),
    };
  }, [format, t]);
}

/** Seconds as m:ss, or h:mm:ss from an hour on. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
