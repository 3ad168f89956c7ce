"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";

import type { LiveState } from "#components/live/live-provider.tsx";
import { useTaskFeed } from "#components/live/use-task-feed.ts";
import { patchPage, replaceRows, staleRows } from "#components/tasks/list/patch-page.ts";
import { fetchTaskPage, fetchTaskRows, taskPageQuery } from "#components/tasks/list/task-list-queries.ts";
import { MAX_IDS, type TaskQuery } from "#lib/tasks/queries.ts";
import type { TaskPage } from "#lib/tasks/view.ts";

export type FreshTasks = { count: number; isMore: boolean };
const NOTHING_FRESH: FreshTasks = { count: 0, isMore: false };

export type LivePage = {
  page: TaskPage | undefined;
  /** Why the last reading failed; the rows, if any, are older than that. */
  error: Error | null;
  updatedAt: number;
  isLoading: boolean;
  /** The rows shown belong to the question before. */
  isChanging: boolean;
  feed: LiveState;
  /** Tasks that would stand above the first row. */
  fresh: FreshTasks;
  reload: () => void;
  /** Reads some rows again, after an action of one's own. */
  refreshRows: (ids: readonly string[]) => Promise<void>;
};

/** A page of the list that follows the stream: rows are patched where they stand, new ones are only counted. */
export function useLivePage(query: TaskQuery, isPaused: boolean): LivePage {
  const client = useQueryClient();
  const options = taskPageQuery(query);
  const keyText = JSON.stringify(options.queryKey);
  const { data: page, error, dataUpdatedAt, isPending, isPlaceholderData, refetch } = useQuery(options);
  const [rowsError, setRowsError] = useState<Error | null>(null);
  const [fresh, setFresh] = useState<(FreshTasks & { key: string }) | null>(null);
  const reading = useRef({ isBusy: false, waiting: new Set<string>() });
  const looking = useRef({ isBusy: false, isWanted: false });

  const readPage = () => client.getQueryData<TaskPage>(options.queryKey);
  const writePage = (change: (page: TaskPage) => TaskPage) =>
    client.setQueryData<TaskPage>(options.queryKey, (old) => (old === undefined ? old : change(old)));

  /** One call at a time; what is asked for meanwhile goes into the next. */
  async function refreshRows(ids: readonly string[]): Promise<void> {
    const state = reading.current;
    for (const id of ids) state.waiting.add(id);
    if (state.isBusy) return;
    state.isBusy = true;
    try {
      while (state.waiting.size > 0) {
        const asked = new Set([...state.waiting].slice(0, MAX_IDS));
        for (const id of asked) state.waiting.delete(id);
        // A page that is on its way may be older than the message, and must not be written over these rows.
        // How that ends is the query's own state, and shown from there.
        await Promise.allSettled([client.getQueryCache().find({ queryKey: options.queryKey })?.promise]);
        const rows = await fetchTaskRows([...asked]);
        writePage((old) => replaceRows(old, asked, rows));
      }
      setRowsError(null);
    } catch (thrown) {
      state.waiting.clear();
      setRowsError(thrown as Error);
    } finally {
      state.isBusy = false;
    }
  }

  /** Counts what stands above the first row, by asking for the top of the same list. Further pages have "Newer" for that. */
  async function lookForFresh(): Promise<void> {
    if (query.cursor !== null) return;
    const shown = readPage();
    if (shown === undefined || shown.items.length === 0) {
      await refetch();
      return;
    }
    const state = looking.current;
    state.isWanted = true;
    if (state.isBusy) return;
    state.isBusy = true;
    try {
      while (state.isWanted) {
        state.isWanted = false;
        const top = await fetchTaskPage(query);
        const known = new Set(readPage()?.items.map((item) => item.id));
        const newest = readPage()?.items[0]?.createdAt ?? "";
        const count = top.items.filter((item) => !known.has(item.id) && item.createdAt >= newest).length;
        setFresh({ key: keyText, count, isMore: count >= query.limit });
      }
      setRowsError(null);
    } catch (thrown) {
      state.isWanted = false;
      setRowsError(thrown as Error);
    } finally {
      state.isBusy = false;
    }
  }

  function resync(): void {
    const shown = readPage();
    if (shown !== undefined && shown.items.length > 0) void refreshRows(shown.items.map((item) => item.id));
    void lookForFresh();
  }

  const feed = useTaskFeed({
    isPaused,
    onBatch: (batch) => {
      const shown = readPage();
      if (shown === undefined) return;
      const stale = staleRows(shown, batch);
      writePage((old) => patchPage(old, batch));
      if (stale.length > 0) void refreshRows(stale);
      if (batch.created.size > 0) void lookForFresh();
    },
    onResync: resync,
  });

  // Rows that stood still while updates were paused are read again at once.
  const handleResume = useEffectEvent(resync);
  const wasPaused = useRef(isPaused);
  useEffect(() => {
    if (wasPaused.current && !isPaused) handleResume();
    wasPaused.current = isPaused;
  }, [isPaused]);

  const reload = useCallback(() => {
    setFresh(null);
    setRowsError(null);
    void refetch();
  }, [refetch]);

  return {
    page,
    error: error ?? rowsError,
    updatedAt: dataUpdatedAt,
    isLoading: isPending,
    isChanging: isPlaceholderData,
    feed,
    fresh: fresh?.key === keyText ? fresh : NOTHING_FRESH,
    reload,
    refreshRows,
  };
}
