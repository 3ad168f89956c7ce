"use client";

import { Moon, Sun } from "lucide-react";
import { useTranslations } from "next-intl";

import { applyTheme } from "#components/layout/apply-theme.ts";
import { Button } from "#components/ui/button.tsx";

/** Light or dark with one click; "as the device" is in Preferences. Both pictures are there, CSS shows one. */
export function ThemeToggle({ className }: { className?: string }) {
  const t = useTranslations("nav");
  return (
    <Button
      variant="ghost"
      iconOnly
      aria-label={t("theme.toggle")}
      title={t("theme.toggle")}
      className={className}
      onClick={() => applyTheme(document.documentElement.classList.contains("dark") ? "light" : "dark")}
    >
      <Moon size={16} aria-hidden className="dark:hidden" />
      <Sun size={16} aria-hidden className="hidden dark:block" />
    </Button>
  );
}
