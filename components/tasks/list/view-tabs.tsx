"use client";

import { useQuery } from "@tanstack/react-query";
import { useTimeZone, useTranslations } from "next-intl";
import { useMemo } from "react";

import {
  buildListState,
  TASK_VIEW_NAMES,
  TASK_VIEWS,
  toTaskQuery,
  viewOf,
  type ListState,
  type TaskViewName,
} from "#components/tasks/list/list-state.ts";
import { COUNT_CAP, countsQuery } from "#components/tasks/list/task-list-queries.ts";
import { cn } from "#components/ui/cn.ts";
import { useNow } from "#components/ui/now.tsx";
import { useUnits } from "#components/ui/use-units.ts";
import { NO_FILTERS } from "#lib/tasks/queries.ts";

type ViewTabsProps = { state: ListState; onChange: (state: ListState) => void };

/** Named filters. They are links, so that one can be opened beside the other. */
export function ViewTabs({ state, onChange }: ViewTabsProps) {
  const t = useTranslations("tasks.views");
  const units = useUnits();
  const current = viewOf(state);
  const counts = useViewCounts();
  return (
    <nav aria-label={t("label")} className="border-b border-border">
      <ul className="flex scrollbar-none gap-5 overflow-x-auto px-4 lg:px-6">
        {TASK_VIEW_NAMES.map((name) => {
          const query = buildListState(TASK_VIEWS[name]).toString();
          const count = counts[name];
          return (
            <li key={name} className="flex-none">
              <a
                href={query === "" ? "/tasks" : `/tasks?${query}`}
                aria-current={current === name ? "page" : undefined}
                onClick={(event) => {
                  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
                  event.preventDefault();
                  onChange(TASK_VIEWS[name]);
                }}
                className={cn(
                  "relative flex h-9 items-center gap-1.5 rounded-sm px-px font-medium whitespace-nowrap text-muted -outline-offset-2 hover:text-fg max-md:h-10",
                  current === name &&
                    "text-fg after:absolute after:inset-x-0 after:bottom-0 after:h-0.5 after:rounded-[1px] after:bg-accent",
                )}
              >
                {t(name)}
                {count !== undefined && count > 0 && (
                  <span className="font-normal text-subtle">
                    {units.count(count)}
                    {count >= COUNT_CAP && "+"}
                  </span>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Numbers only where a person acts on them. */
function useViewCounts(): Partial<Record<TaskViewName, number>> {
  const now = useNow();
  const timeZone = useTimeZone() ?? "UTC";
  const { from } = toTaskQuery(TASK_VIEWS.attention, now, timeZone).filters;
  const week = useMemo(() => ({ ...NO_FILTERS, from }), [from]);
  const { data: all } = useQuery(countsQuery(NO_FILTERS));
  const { data: recent } = useQuery(countsQuery(week));
  return {
    ...(all && { running: all.byStatus.running }),
    ...(recent && { attention: recent.byStatus.failed + recent.byStatus.partial }),
  };
}
