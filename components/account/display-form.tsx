"use client";

import { useLocale, useTimeZone, useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState, useTransition, type ReactNode } from "react";

import { applyTheme } from "#components/layout/apply-theme.ts";
import {
  LOCALE_COOKIE,
  SHORTCUTS_COOKIE,
  THEMES,
  writePreference,
  type Locale,
  type Theme,
} from "#components/layout/preferences.ts";
import { Kbd } from "#components/ui/kbd.tsx";
import { Segmented } from "#components/ui/segmented.tsx";

type DisplayFormProps = { theme: Theme; hasShortcuts: boolean };

const KEYS = [
  { keys: ["/"], name: "search" },
  { keys: ["N"], name: "create" },
  { keys: ["J", "K"], name: "move" },
  { keys: ["Enter"], name: "open" },
] as const;

/** Language, theme and shortcuts: each takes effect as it is chosen. */
export function DisplayForm(props: DisplayFormProps) {
  const t = useTranslations("account.display");
  const locale = useLocale() as Locale;
  const timeZone = useTimeZone();
  const router = useRouter();
  const [, startTransition] = useTransition();
  const [theme, setTheme] = useState(props.theme);
  const [hasShortcuts, setHasShortcuts] = useState(props.hasShortcuts);
  return (
    <div className="px-4 py-2">
      <Row label={t("language")}>
        <Segmented
          aria-label={t("language")}
          value={locale}
          onValueChange={(value: Locale) => {
            writePreference(LOCALE_COOKIE, value);
            startTransition(() => router.refresh());
          }}
          items={[
            { value: "en", label: <span lang="en">English</span> },
            { value: "zh-CN", label: <span lang="zh-CN">中文</span> },
          ]}
        />
      </Row>
      <Row label={t("theme")}>
        <Segmented
          aria-label={t("theme")}
          value={theme}
          onValueChange={(value: Theme) => {
            setTheme(value);
            applyTheme(value);
          }}
          items={THEMES.map((value) => ({ value, label: t(`themes.${value}`) }))}
        />
      </Row>
      <Row label={t("timeZone")}>
        <p>
          {timeZone} <span className="text-subtle">{t("timeZoneHint")}</span>
        </p>
      </Row>
      <Row label={t("shortcuts")}>
        <label className="flex min-h-8 items-center gap-2">
          <input
            type="checkbox"
            className="check"
            checked={hasShortcuts}
            onChange={(event) => {
              setHasShortcuts(event.target.checked);
              writePreference(SHORTCUTS_COOKIE, event.target.checked ? null : "off");
            }}
          />
          {t("shortcutsLabel")}
        </label>
        <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-1 text-xs text-subtle">
          {KEYS.map(({ keys, name }) => (
            <li key={name} className="flex items-center gap-1">
              {keys.map((key) => (
                <Kbd key={key} aria-hidden={false}>
                  {key}
                </Kbd>
              ))}
              {t(`keys.${name}`)}
            </li>
          ))}
        </ul>
        <p className="mt-1 text-xs text-subtle">{t("shortcutsHint")}</p>
      </Row>
      <p className="mt-2 border-t border-border py-3 text-xs text-subtle">{t("browser")}</p>
    </div>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-1 py-2 sm:grid-cols-[160px_minmax(0,1fr)] sm:gap-4">
      <span className="pt-1.5 font-medium">{label}</span>
      <div className="min-w-0 sm:pt-0.5 [&>p:first-child]:pt-1">{children}</div>
    </div>
  );
}
