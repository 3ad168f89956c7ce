"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ReactNode, RefObject } from "react";

import type { LiveState } from "#components/live/live-provider.tsx";
import { FilterButton } from "#components/tasks/list/filter-button.tsx";
import { FilterChips } from "#components/tasks/list/filter-chips.tsx";
import { countFilters, EMPTY_STATE, type ListState } from "#components/tasks/list/list-state.ts";
import { LiveStatus, PauseButton } from "#components/tasks/list/live-status.tsx";
import { SearchField } from "#components/tasks/list/search-field.tsx";
import { countsQuery } from "#components/tasks/list/task-list-queries.ts";
import { Button } from "#components/ui/button.tsx";
import { useUnits } from "#components/ui/use-units.ts";
import type { TaskFilters } from "#lib/tasks/schema.ts";

type ListToolbarProps = {
  state: ListState;
  onChange: (state: ListState, options?: { replace?: boolean }) => void;
  /** The filters as they were asked, for the total. */
  filters: TaskFilters;
  feed: LiveState;
  updatedAt: number;
  isPaused: boolean;
  onPause: (isPaused: boolean) => void;
  hasShortcuts: boolean;
  searchRef: RefObject<HTMLInputElement | null>;
};

/** Search, filters, how many there are, and whether they are live. */
export function ListToolbar(props: ListToolbarProps) {
  const { state, onChange } = props;
  const t = useTranslations("tasks.filter");
  const isFiltered = countFilters(state) > 0;
  return (
    <>
      <div className="flex min-h-14 items-center gap-2 px-4 md:min-h-12 lg:px-6">
        <SearchField
          value={state.filters.text}
          hasShortcut={props.hasShortcuts}
          inputRef={props.searchRef}
          onChange={(text) =>
            onChange({ ...state, filters: { ...state.filters, text }, cursor: null }, { replace: true })
          }
        />
        <div className="flex min-w-0 items-center gap-2 md:flex-1 md:flex-wrap md:py-2">
          <span className="contents max-md:hidden">
            <FilterChips state={state} onChange={onChange} />
          </span>
          <FilterButton state={state} onChange={onChange} />
          {isFiltered && (
            <Button
              variant="ghost"
              size="sm"
              className="text-muted max-md:hidden"
              onClick={() => onChange(EMPTY_STATE)}
            >
              {t("clear")}
            </Button>
          )}
        </div>
        <div className="flex flex-none items-center gap-1 max-md:hidden">
          <Figures {...props} className="max-xl:[&>[data-total]]:hidden" />
          <PauseButton isPaused={props.isPaused} onChange={props.onPause} />
        </div>
      </div>
      <div className="flex h-8 items-center border-t border-border bg-canvas ps-4 pe-1.5 md:hidden">
        <Figures {...props} />
        <span className="ms-auto">
          <PauseButton isPaused={props.isPaused} onChange={props.onPause} />
        </span>
      </div>
    </>
  );
}

function Figures({ filters, feed, updatedAt, className }: ListToolbarProps & { className?: string }) {
  const t = useTranslations("tasks");
  const units = useUnits();
  const { data } = useQuery(countsQuery(filters));
  const bold = { b: (chunks: ReactNode) => <b className="font-medium text-muted">{chunks}</b> };
  return (
    <span className={className}>
      {data && (
        <span data-total className="me-1.5 text-xs whitespace-nowrap text-subtle">
          {data.isCapped
            ? t.rich("totalCapped", { count: units.count(data.total), ...bold })
            : t.rich("total", { count: data.total, ...bold })}
          <span aria-hidden> ·</span>
        </span>
      )}
      <LiveStatus state={feed} updatedAt={updatedAt} />
    </span>
  );
}
