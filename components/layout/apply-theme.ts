import { THEME_COOKIE, writePreference, type Theme } from "#components/layout/preferences.ts";

/** Changes the theme at once and remembers it in this browser. */
export function applyTheme(theme: Theme): void {
  writePreference(THEME_COOKIE, theme === "system" ? null : theme);
  const root = document.documentElement;
  root.dataset["theme"] = theme;
  const isDark =
    theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.classList.toggle("dark", isDark);
}
