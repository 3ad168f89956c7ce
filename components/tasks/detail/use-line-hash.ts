"use client";

import { useCallback, useSyncExternalStore } from "react";

/** The log line that `#L1204` names, and a way to change it. Null without one. */
export function useLineHash(): [number | null, (line: number | null) => void] {
  const line = useSyncExternalStore(subscribe, readLine, () => null);
  const setLine = useCallback((next: number | null) => {
    const { pathname, search } = window.location;
    if (next !== null) window.location.hash = `L${next}`;
    else if (readLine() !== null) {
      window.history.replaceState(window.history.state, "", `${pathname}${search}`);
      window.dispatchEvent(new HashChangeEvent("hashchange"));
    }
  }, []);
  return [line, setLine];
}

function readLine(): number | null {
  const digits = /^#L(\d{1,9})$/.exec(window.location.hash)?.[1];
  return digits === undefined ? null : Number(digits);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  window.addEventListener("popstate", listener);
  return () => {
    window.removeEventListener("hashchange", listener);
    window.removeEventListener("popstate", listener);
  };
}
