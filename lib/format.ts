/**
 * Figures for people, in the console's languages. Pure: the same arguments give the same text in server and browser, so
 * nothing differs on hydration; "now" and the time zone are arguments. Units are SI (1 kB = 1,000 bytes), with a space
 * before them.
 */

export const FORMAT_LOCALES = ["en", "zh-CN"] as const;
export type FormatLocale = (typeof FORMAT_LOCALES)[number];

/** Shown where there is nothing to show. */
export const NO_VALUE = "–";

const isChinese = (locale: string) => locale.toLowerCase().startsWith("zh");

const numberFormats = new Map<string, Intl.NumberFormat>();

/** 1234567.891 → "1,234,567.9" with one fraction digit at most. */
export function formatNumber(
  value: number,
  locale: string,
  { fractionDigits = 0 }: { fractionDigits?: number } = {},
): string {
  const key = `${locale} ${fractionDigits}`;
  let format = numberFormats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, { maximumFractionDigits: fractionDigits });
    numberFormats.set(key, format);
  }
  return format.format(value);
}

/** 43.27 → "43 %", zh-CN "43%". Never "100 %" before 100. */
export function formatPercent(percent: number, locale: string): string {
  const whole = percent >= 100 ? 100 : Math.min(99, Math.max(0, Math.round(percent)));
  return `${formatNumber(whole, locale)}${isChinese(locale) ? "" : " "}%`;
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];
const RATE_UNITS = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"];

/** 4_200_000_000 → "4.2 GB"; 112_400_000 → "112 MB". */
export function formatBytes(bytes: number, locale: string): string {
  return scaled(bytes, BYTE_UNITS, locale);
}

/** Of a transfer: 112_400_000 → "112 MB/s". */
export function formatByteRate(bytesPerSecond: number, locale: string): string {
  return `${formatBytes(bytesPerSecond, locale)}/s`;
}

/** 46_500_000 → "46.5 Mbit/s". */
export function formatBitRate(bitsPerSecond: number, locale: string): string {
  return scaled(bitsPerSecond, RATE_UNITS, locale);
}

/** Three digits at most say enough: "1.2", "46.5", "112". */
function scaled(value: number, units: readonly string[], locale: string): string {
  let size = value;
  let unit = 0;
  // 999.5 and more would read "1,000".
  while (Math.abs(size) >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const fractionDigits = unit === 0 || Math.abs(size) >= 99.95 ? 0 : 1;
  return `${formatNumber(size, locale, { fractionDigits })} ${units[unit] ?? ""}`;
}

/** Of encoding: 2.13 → "2.1×"; 12.6 → "13×". */
export function formatSpeed(speed: number, locale: string): string {
  return `${formatNumber(speed, locale, { fractionDigits: speed < 10 ? 1 : 0 })}×`;
}

/** 29.97002997 → "29.97 fps"; 25 → "25 fps". */
export function formatFrameRate(fps: number, locale: string): string {
  return `${formatNumber(fps, locale, { fractionDigits: 2 })} fps`;
}

/** Media time: 724 → "12:04"; 3_725 → "1:02:05"; with `tenths`, 0.04 → "0:00.0". */
export function formatClock(seconds: number, { tenths = false }: { tenths?: boolean } = {}): string {
  const units = Math.max(0, tenths ? Math.floor(seconds * 10 + 1e-6) : Math.round(seconds));
  const whole = tenths ? Math.floor(units / 10) : units;
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const text = hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  return tenths ? `${text}.${units % 10}` : text;
}

const DURATION_UNITS = {
  en: { day: "d", hour: "h", minute: "m", second: "s" },
  zh: { day: "天", hour: "小时", minute: "分", second: "秒" },
};

/**
 * How long something takes: 100 → "1 m 40 s", zh-CN "1 分 40 秒"; 365 → "6 m 05 s"; 8_000 → "2 h 13 m". At most two units;
 * below ten seconds with `precise`, a tenth: "1.2 s".
 */
export function formatDuration(
  seconds: number,
  locale: string,
  { precise = false }: { precise?: boolean } = {},
): string {
  const units = isChinese(locale) ? DURATION_UNITS.zh : DURATION_UNITS.en;
  if (precise && seconds < 9.95)
    return `${formatNumber(Math.max(0, seconds), locale, { fractionDigits: 1 })} ${units.second}`;
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole} ${units.second}`;
  if (whole < 3600) return `${Math.floor(whole / 60)} ${units.minute} ${two(whole % 60)} ${units.second}`;
  if (whole < 86_400)
    return `${Math.floor(whole / 3600)} ${units.hour} ${two(Math.floor(whole / 60) % 60)} ${units.minute}`;
  return `${formatNumber(Math.floor(whole / 86_400), locale)} ${units.day} ${Math.floor(whole / 3600) % 24} ${units.hour}`;
}

const RELATIVE = {
  en: {
    now: "just now",
    second: "s",
    minute: "m",
    hour: "h",
    day: "d",
    past: (text: string) => `${text} ago`,
    future: (text: string) => `in ${text}`,
  },
  zh: {
    now: "刚刚",
    second: "秒",
    minute: "分钟",
    hour: "小时",
    day: "天",
    past: (text: string) => `${text}前`,
    future: (text: string) => `${text}后`,
  },
};

/** Beside an exact time in a tooltip: "just now", "24 s ago", "2 m ago", "3 h ago", "5 d ago"; after 30 days the date. */
export function formatRelativeTime(
  at: Date | string,
  now: Date | number,
  locale: string,
  timeZone?: string,
): string {
  const words = isChinese(locale) ? RELATIVE.zh : RELATIVE.en;
  const time = new Date(at).getTime();
  const seconds = Math.floor(Math.abs(Number(now) - time) / 1000);
  if (seconds < 5) return words.now;
  if (seconds >= 30 * 86_400) return formatDate(at, locale, timeZone);
  const [amount, unit] =
    seconds < 60
      ? [seconds, words.second]
      : seconds < 3600
        ? [Math.floor(seconds / 60), words.minute]
        : seconds < 86_400
          ? [Math.floor(seconds / 3600), words.hour]
          : [Math.floor(seconds / 86_400), words.day];
  const text = `${amount} ${unit}`;
  return time > Number(now) ? words.future(text) : words.past(text);
}

/** "2026-11-20", in the time zone given or the machine's. */
export function formatDate(at: Date | string, _locale: string, timeZone?: string): string {
  const { year, month, day } = parts(at, timeZone);
  return `${year}-${month}-${day}`;
}

/** "2026-11-20 09:31:07 UTC" for UTC; another zone's offset is shown as "GMT+8". */
export function formatDateTime(at: Date | string, locale: string, timeZone?: string): string {
  const { hour, minute, second, timeZoneName } = parts(at, timeZone);
  return `${formatDate(at, locale, timeZone)} ${hour}:${minute}:${second} ${timeZoneName}`;
}

function parts(at: Date | string, timeZone: string | undefined): Record<string, string> {
  const format = new Intl.DateTimeFormat("en", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "shortOffset",
    timeZone,
  });
  const named = Object.fromEntries(
    format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]),
  );
  // Engines differ in how they write the zero offset.
  return { ...named, timeZoneName: (named["timeZoneName"] ?? "").replace(/^GMT(\+0)?$/, "UTC") };
}
