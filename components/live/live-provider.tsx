"use client";

import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from "react";

import type { TaskMessage } from "#lib/tasks/view.ts";

/** `live`: messages arrive. `reconnecting`: they do not, and whoever listens polls. `paused`: nobody looks (hidden tab). */
export type LiveState = "connecting" | "live" | "reconnecting" | "paused";
export type LiveListener = { onMessage: (message: TaskMessage) => void; onOpen: () => void };
type Live = { state: LiveState; subscribe: (listener: LiveListener) => () => void };

const LiveContext = createContext<Live | null>(null);

const TYPES = ["created", "changed", "deleted", "progress"] as const satisfies readonly TaskMessage["type"][];
/** EventSource gives up for good on an HTTP error; then we try again ourselves. */
const REOPEN_MILLISECONDS = 5000;

/** One event stream for the tab, whoever listens. Closed while the tab is hidden, opened again when it is seen. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<LiveState>("connecting");
  const listeners = useRef(new Set<LiveListener>());

  useEffect(() => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;

    function onMessage(event: MessageEvent<string>) {
      const message = JSON.parse(event.data) as TaskMessage;
      for (const listener of listeners.current) listener.onMessage(message);
    }
    function open() {
      clearTimeout(timer);
      source?.close();
      source = new EventSource("/api/v1/events");
      source.addEventListener("open", () => {
        setState("live");
        // What happened while nobody listened is unknown: everybody reads again.
        for (const listener of listeners.current) listener.onOpen();
      });
      for (const type of TYPES) source.addEventListener(type, onMessage);
      source.addEventListener("error", () => {
        setState("reconnecting");
        if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, REOPEN_MILLISECONDS);
      });
    }
    function close() {
      clearTimeout(timer);
      source?.close();
      source = undefined;
    }
    function onVisibility() {
      if (document.hidden) {
        close();
        setState("paused");
      } else {
        setState((was) => (was === "paused" ? "connecting" : was));
        open();
      }
    }

    if (!document.hidden) open();
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      close();
    };
  }, []);

  // Stable, so that a change of state makes nobody subscribe again and lose what it had collected.
  const subscribe = useCallback((listener: LiveListener) => {
    listeners.current.add(listener);
    return () => void listeners.current.delete(listener);
  }, []);
  const live = useMemo<Live>(() => ({ state, subscribe }), [state, subscribe]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** The tab's stream. Throws outside of {@link LiveProvider}. */
export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error("useLive needs a LiveProvider above it.");
  return live;
}
