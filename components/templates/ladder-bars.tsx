"use client";

import { useTranslations } from "next-intl";

import type { Rung } from "#components/tasks/create/template-fit.ts";
import { useFigures } from "#components/tasks/use-figures.ts";
import { cn } from "#components/ui/cn.ts";

export type LadderBar = Rung & { key: string; isWrong?: boolean };

/** A ladder as a picture: a bar for each rung, as wide as its highest bit rate. */
export function LadderBars({ bars }: { bars: readonly LadderBar[] }) {
  const t = useTranslations("templates.ladder");
  const figures = useFigures();
  const highest = Math.max(1, ...bars.map(({ kbps }) => kbps ?? 0));
  return (
    <ul className="grid content-start">
      {bars.map(({ key, name, kind, kbps, uncapped, isWrong = false }) => (
        <li
          key={key}
          className="grid h-5 grid-cols-[48px_minmax(0,1fr)_auto] items-center gap-2 text-xs whitespace-nowrap text-muted"
        >
          <span className="truncate">{kind === "audio" ? t("audio") : name}</span>
          <span className="h-1.5" aria-hidden>
            <span
              className={cn("block h-full rounded-xs", isWrong ? "bg-failed" : "bg-chart-2")}
              style={{ width: `${Math.max(2, ((kbps ?? highest) / highest) * 100)}%` }}
            />
          </span>
          <span className={cn("text-end", isWrong && "font-medium text-failed-fg")}>
            {kbps === null ? (uncapped === null ? "–" : t(`uncapped.${uncapped}`)) : figures.kbps(kbps)}
          </span>
        </li>
      ))}
    </ul>
  );
}
