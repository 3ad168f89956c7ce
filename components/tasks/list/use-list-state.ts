"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";

import { buildListState, parseListState, type ListState } from "#components/tasks/list/list-state.ts";

type SetOptions = { replace?: boolean };

/**
 * The list's filters and page, kept in the address alone. Setting it asks the API, not the page, for new rows; Back
 * restores.
 */
export function useListState(): [ListState, (next: ListState, options?: SetOptions) => void] {
  const params = useSearchParams();
  const text = params.toString();
  const state = useMemo(() => parseListState(new URLSearchParams(text)), [text]);
  const setState = useCallback((next: ListState, { replace = false }: SetOptions = {}) => {
    const query = buildListState(next).toString();
    const url = query === "" ? "/tasks" : `/tasks?${query}`;
    if (url === `${window.location.pathname}${window.location.search}`) return;
    // Next follows both, and tells useSearchParams.
    if (replace) window.history.replaceState(null, "", url);
    else window.history.pushState(null, "", url);
  }, []);
  return [state, setState];
}
