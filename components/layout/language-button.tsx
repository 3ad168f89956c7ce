"use client";

import { Languages } from "lucide-react";
import { useLocale } from "next-intl";
import { useRouter } from "next/navigation";
import { useTransition } from "react";

import { LOCALE_COOKIE, writePreference, type Locale } from "#components/layout/preferences.ts";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";

/** Each language is named in itself, so that a reader of the other one is not needed. */
const OTHER: Record<Locale, { locale: Locale; name: string; short: string; label: string }> = {
  en: { locale: "zh-CN", name: "中文", short: "EN", label: "Language: English. Switch to 中文" },
  "zh-CN": { locale: "en", name: "English", short: "中", label: "语言：中文。切换到 English" },
};

type LanguageButtonProps = {
  /** Shows the current language's short name, or the other's whole name. */
  shows?: "current" | "other";
  className?: string;
};

/** Changes the language; the page stays where it is. */
export function LanguageButton({ shows = "current", className }: LanguageButtonProps) {
  const locale = useLocale() as Locale;
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const other = OTHER[locale];
  return (
    <Button
      variant="ghost"
      aria-label={other.label}
      title={other.label}
      pending={isPending}
      className={cn("px-2 text-muted", className)}
      onClick={() => {
        writePreference(LOCALE_COOKIE, other.locale);
        startTransition(() => router.refresh());
      }}
    >
      <Languages size={16} aria-hidden />
      {shows === "current" ? other.short : other.name}
    </Button>
  );
}
