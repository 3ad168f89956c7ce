import { THEME_COOKIE, writePreference, type Theme } from "#components/layout/preferences.ts";

/** Changes the theme at once and remembers it in this browser. */
export function applyTheme(theme: Theme): void {
  writePreference(THEME_COOKIE, theme === "system" ? null : theme);
  document.documentElement.dataset["theme"] = theme;
  wearTheme();
}

/** What theme-script.ts does before the first paint, once more: React makes <html> anew for a page that is not there. */
export function wearTheme(): void {
  const root = document.documentElement;
  const theme = root.dataset["theme"];
  const isDark =
    theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.classList.toggle("dark", isDark);
}
