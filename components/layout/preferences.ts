export const LOCALES = ["en", "zh-CN"] as const;
export type Locale = (typeof LOCALES)[number];

export const LOCALE_COOKIE = "vod_locale";
export const THEME_COOKIE = "vod_theme";
export const TIME_ZONE_COOKIE = "vod_tz";
export const SHORTCUTS_COOKIE = "vod_shortcuts";

/** What a person may choose; `system` follows the device and is kept as no cookie at all. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const YEAR_SECONDS = 31_536_000;

/** Remembers a preference in this browser for a year; null forgets it. Never for anything secret. */
export function writePreference(name: string, value: string | null): void {
  const age = value === null ? 0 : YEAR_SECONDS;
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${encodeURIComponent(value ?? "")}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
}

export function readTheme(value: string | undefined): Theme {
  return THEMES.find((theme) => theme === value) ?? "system";
}
