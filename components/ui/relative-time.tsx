"use client";

import { useFormatter, useTranslations } from "next-intl";

import { useNow } from "#components/ui/now.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";

type RelativeTimeProps = {
  /** ISO 8601. */
  iso: string;
  className?: string;
  /** With a tooltip that works on focus, too. In long tables leave it off: the title has the same words. */
  focusable?: boolean;
};

/** "2 m ago", with the exact local and UTC times in the title. */
export function RelativeTime({ iso, className, focusable = false }: RelativeTimeProps) {
  const t = useTranslations("common.ago");
  const format = useFormatter();
  const now = useNow();
  const date = new Date(iso);
  const seconds = Math.max(0, Math.floor((now - date.getTime()) / 1000));
  const exact = `${format.dateTime(date, { dateStyle: "medium", timeStyle: "medium" })} (${iso.slice(0, 19).replace("T", " ")} UTC)`;

  const words =
    seconds < 60
      ? t("now")
      : seconds < 3600
        ? t("minutes", { count: Math.floor(seconds / 60) })
        : seconds < 86_400
          ? t("hours", { count: Math.floor(seconds / 3600) })
          : seconds < 7 * 86_400
            ? t("days", { count: Math.floor(seconds / 86_400) })
            : format.dateTime(date, { dateStyle: "medium" });

  const time = (
    <time
      dateTime={iso}
      title={focusable ? undefined : exact}
      className={className}
      tabIndex={focusable ? 0 : undefined}
    >
      {words}
    </time>
  );
  return focusable ? <Tooltip content={exact}>{time}</Tooltip> : time;
}
