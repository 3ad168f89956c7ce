"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTimeZone, useTranslations } from "next-intl";
import { useCallback, useMemo, useRef, useState } from "react";

import { BulkDialog, type BulkAction } from "#components/tasks/list/bulk-dialog.tsx";
import { CancelDialog } from "#components/tasks/list/cancel-dialog.tsx";
import { CreateButton } from "#components/tasks/list/create-button.tsx";
import { DeleteDialog } from "#components/tasks/list/delete-dialog.tsx";
import { ListEmpty } from "#components/tasks/list/list-empty.tsx";
import { FreshPill, ListFooter } from "#components/tasks/list/list-footer.tsx";
import { toTaskQuery, type ListState } from "#components/tasks/list/list-state.ts";
import { ListToolbar } from "#components/tasks/list/list-toolbar.tsx";
import { RetryDialog } from "#components/tasks/list/retry-dialog.tsx";
import type { RowMenuActions } from "#components/tasks/list/row-menu.tsx";
import { StaleBanner } from "#components/tasks/list/stale-banner.tsx";
import { TaskTable } from "#components/tasks/list/task-table.tsx";
import { useListShortcuts } from "#components/tasks/list/use-list-shortcuts.ts";
import { useListState } from "#components/tasks/list/use-list-state.ts";
import { useLivePage } from "#components/tasks/list/use-live-page.ts";
import { ViewTabs } from "#components/tasks/list/view-tabs.tsx";
import { useNow } from "#components/ui/now.tsx";
import type { Role } from "#lib/context.ts";
import type { TaskListItem } from "#lib/tasks/view.ts";

type TaskListProps = { role: Role; hasShortcuts: boolean };
type Asked = { action: BulkAction; task: TaskListItem; open: boolean };

/** The list page: filters in the address, rows that live, and what can be done with them. */
export function TaskList({ role, hasShortcuts }: TaskListProps) {
  const t = useTranslations("tasks");
  const client = useQueryClient();
  const now = useNow();
  const timeZone = useTimeZone() ?? "UTC";
  const [state, setAddress] = useListState();
  const [isPaused, setIsPaused] = useState(false);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<Asked | null>(null);
  const [bulk, setBulk] = useState<{ action: BulkAction; key: number } | null>(null);
  const searchRef = useRef<HTMLInputElement>(null);

  const denied = role === "viewer" ? t("denied") : null;
  const menu = useMemo<RowMenuActions>(
    () => ({
      denied,
      onRetry: (task) => setAsked({ action: "retry", task, open: true }),
      onCancel: (task) => setAsked({ action: "cancel", task, open: true }),
      onDelete: (task) => setAsked({ action: "delete", task, open: true }),
    }),
    [denied],
  );
  useListShortcuts({ isOn: hasShortcuts, canCreate: denied === null, searchRef });

  const query = toTaskQuery(state, now, timeZone);
  const live = useLivePage(query, isPaused);
  const tasks = live.page?.items;
  const chosen = useMemo(() => tasks?.filter(({ id }) => selected.has(id)) ?? [], [tasks, selected]);

  const setState = useCallback(
    (next: ListState, options?: { replace?: boolean }) => {
      setSelected(new Set());
      setAddress(next, options);
    },
    [setAddress],
  );
  const select = useCallback((id: string, isSelected: boolean) => {
    setSelected((old) => {
      const next = new Set(old);
      if (isSelected) next.add(id);
      else next.delete(id);
      return next;
    });
  }, []);

  function showFresh() {
    setState({ ...state, cursor: null, direction: "older" });
    live.reload();
    window.scrollTo({ top: 0 });
    document.getElementById("main")?.focus({ preventScroll: true });
  }
  function afterAction(ids: readonly string[]) {
    void live.refreshRows(ids);
    void client.invalidateQueries({ queryKey: ["tasks", "counts"] });
  }

  const isEmpty = tasks !== undefined && tasks.length === 0 && !live.isChanging;
  return (
    <>
      <div className="flex min-h-14 items-center gap-2 px-4 pt-3 pb-2 lg:px-6 lg:pt-4">
        <h1 className="text-lg font-semibold">{t("title")}</h1>
        <div className="ms-auto">
          <CreateButton denied={denied} hasShortcut={hasShortcuts} />
        </div>
      </div>
      <ViewTabs state={state} onChange={setState} />
      <ListToolbar
        state={state}
        onChange={setState}
        filters={query.filters}
        feed={live.feed}
        updatedAt={live.updatedAt}
        isPaused={isPaused}
        onPause={setIsPaused}
        hasShortcuts={hasShortcuts}
        searchRef={searchRef}
      />
      {live.error && (
        <StaleBanner
          error={live.error}
          hasRows={tasks !== undefined}
          updatedAt={live.updatedAt}
          onRetry={live.reload}
        />
      )}
      <div className="relative flex-1">
        <p role="status" className="sr-only">
          {live.fresh.count > 0 && t(live.fresh.isMore ? "freshMany" : "fresh", { count: live.fresh.count })}
        </p>
        {live.fresh.count > 0 && (
          <div className="pointer-events-none sticky top-[50px] z-20 h-0 text-center max-md:hidden">
            <FreshPill fresh={live.fresh} onClick={showFresh} className="pointer-events-auto mt-0.5" />
          </div>
        )}
        {isEmpty ? (
          <div className="border-t border-border">
            <ListEmpty state={state} denied={denied} onChange={setState} />
          </div>
        ) : (
          (tasks !== undefined || live.isLoading) && (
            <TaskTable
              tasks={tasks}
              selected={selected}
              onSelect={select}
              onSelectPage={(isSelected) =>
                setSelected(new Set(isSelected ? tasks?.map(({ id }) => id) : []))
              }
              menu={menu}
              isChanging={live.isChanging}
            />
          )
        )}
      </div>
      <ListFooter
        page={live.page}
        selected={chosen}
        denied={denied}
        fresh={live.fresh}
        onFresh={showFresh}
        onBulk={(action) => setBulk({ action, key: Date.now() })}
        onClear={() => setSelected(new Set())}
        onPage={(cursor, direction) => {
          setState({ ...state, cursor, direction });
          window.scrollTo({ top: 0 });
        }}
      />
      {asked?.action === "retry" && (
        <RetryDialog
          key={asked.task.id}
          task={asked.task}
          open={asked.open}
          onOpenChange={(open) => setAsked({ ...asked, open })}
          onDone={(id) => afterAction([id])}
        />
      )}
      {asked?.action === "cancel" && (
        <CancelDialog
          key={asked.task.id}
          task={asked.task}
          open={asked.open}
          onOpenChange={(open) => setAsked({ ...asked, open })}
          onDone={(id) => afterAction([id])}
        />
      )}
      {asked?.action === "delete" && (
        <DeleteDialog
          key={asked.task.id}
          task={asked.task}
          open={asked.open}
          onOpenChange={(open) => setAsked({ ...asked, open })}
          onDone={(id) => afterAction([id])}
        />
      )}
      {bulk && (
        <BulkDialog
          key={bulk.key}
          action={bulk.action}
          tasks={chosen}
          open
          onOpenChange={() => {
            setBulk(null);
            setSelected(new Set());
          }}
          onDone={afterAction}
        />
      )}
    </>
  );
}
