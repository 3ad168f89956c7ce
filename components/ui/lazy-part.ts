"use client";

import {
  cloneElement,
  useCallback,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactElement,
  type SyntheticEvent,
} from "react";
import { flushSync } from "react-dom";

import { noteFailedPart } from "#components/ui/failed-parts.ts";

/**
 * Code that a page needs only once something opens: menus, dialogs, tooltips, toasts. It stays out of the first load and
 * is fetched when the browser has nothing else to do, so that it is there before anyone asks.
 */
export type LazyPart<Part> = {
  /** Null until it is here. */
  get: () => Part | null;
  load: () => Promise<Part>;
  /** Loads when the browser is idle; a failure is left to the `load` of whoever opens the part. */
  prefetch: () => void;
  subscribe: (listener: () => void) => () => void;
};

/** Safari has no requestIdleCallback. */
const IDLE_FALLBACK_MILLISECONDS = 1000;

export function lazyPart<Part>(load: () => Promise<Part>): LazyPart<Part> {
  let part: Part | null = null;
  let pending: Promise<Part> | null = null;
  let isWanted = false;
  const listeners = new Set<() => void>();

  function loadOnce(): Promise<Part> {
    pending ??= load().then(
      (loaded) => {
        part = loaded;
        for (const listener of listeners) listener();
        return loaded;
      },
      (error: unknown) => {
        pending = null;
        throw error;
      },
    );
    return pending;
  }

  return {
    get: () => part,
    load: loadOnce,
    prefetch() {
      if (isWanted) return;
      isWanted = true;
      const start = () => void loadOnce().catch(() => (isWanted = false));
      if (typeof requestIdleCallback === "function") requestIdleCallback(start);
      else setTimeout(start, IDLE_FALLBACK_MILLISECONDS);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** For somebody who has asked for it: then `use` is called. When it cannot be fetched, the page says so and asks again. */
export function loadAsked<Part>(part: LazyPart<Part>, use: (loaded: Part) => void): void {
  part.load().then(use, () => noteFailedPart(() => part.load().then(use)));
}

/** The part as soon as it is here, null until then. */
export function useLazyPart<Part>(part: LazyPart<Part>): Part | null {
  useEffect(() => part.prefetch(), [part]);
  return useSyncExternalStore(part.subscribe, part.get, () => null);
}

/** For what is told when to be open: null until it was opened for the first time and the part is here. */
export function useOpenedPart<Part>(part: LazyPart<Part>, isOpen: boolean): Part | null {
  const loaded = useLazyPart(part);
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) setWasOpen(true);
  useEffect(() => {
    if (isOpen) loadAsked(part, () => {});
  }, [part, isOpen]);
  return isOpen || wasOpen ? loaded : null;
}

export type LazyTrigger<Part> = {
  /** Null while the trigger is a plain element. */
  part: Part | null;
  /** The plain trigger's handler of what opens it. */
  wake: (event: SyntheticEvent<HTMLElement>) => void;
  /** Ref of the trigger that takes the plain one's place: it gets the focus and the event that the plain one had. */
  awakened: (element: HTMLElement | null) => void;
};

type Replay = { hadFocus: boolean; events: Event[] };

/**
 * For what has a trigger of its own: a plain element until someone uses it, then the part's trigger in its place, which
 * is given the same event. Everything after that is the part's own.
 */
export function useLazyTrigger<Part>(part: LazyPart<Part>): LazyTrigger<Part> {
  const [isAwake, setIsAwake] = useState(false);
  const replay = useRef<Replay | null>(null);
  useEffect(() => part.prefetch(), [part]);

  const wake = useCallback(
    (event: SyntheticEvent<HTMLElement>) => {
      const { nativeEvent, currentTarget: plain } = event;
      const start = () => {
        if (!plain.isConnected) return;
        replay.current = { hadFocus: plain === document.activeElement, events: again(nativeEvent, plain) };
        // At once, effects included: what the pointer or the focus does next, the part's own handlers hear.
        flushSync(() => setIsAwake(true));
      };
      // Nobody has asked for the words beside a pointer or a focus: the next one tries again.
      if (isPassing(nativeEvent)) part.load().then(start, () => {});
      else loadAsked(part, start);
    },
    [part],
  );
  const awakened = useCallback((element: HTMLElement | null) => {
    if (element === null || replay.current === null) return;
    // After the part's own effects, which put its handlers in place.
    setTimeout(() => {
      if (!element.isConnected || replay.current === null) return;
      const { hadFocus, events } = replay.current;
      replay.current = null;
      if (hadFocus) element.focus({ preventScroll: true });
      for (const event of events) element.dispatchEvent(event);
    }, 0);
  }, []);
  return { part: isAwake ? part.get() : null, wake, awakened };
}

/** Whether the event only came by; a click or a key asks for something. */
function isPassing(event: Event): boolean {
  return event instanceof FocusEvent || (event instanceof PointerEvent && event.type !== "click");
}

/** The event once more. Focus needs none: it is moved. A pointer that has left meanwhile has nothing to say. */
function again(event: Event, plain: HTMLElement): Event[] {
  const shared = { bubbles: true, cancelable: true };
  if (event.type === "click")
    return [new MouseEvent("click", { ...shared, detail: (event as MouseEvent).detail })];
  if (event instanceof KeyboardEvent) return [new KeyboardEvent("keydown", { ...shared, key: event.key })];
  if (event instanceof PointerEvent && plain.matches(":hover")) {
    const { pointerType, clientX, clientY } = event;
    const at = { ...shared, clientX, clientY };
    return [
      new PointerEvent("pointerover", { ...at, pointerType }),
      new MouseEvent("mouseenter", { ...at, bubbles: false }),
      new MouseEvent("mousemove", at),
    ];
  }
  return [];
}

/** The element with more properties; where both have a handler, both are called. */
export function withProps(element: ReactElement, props: Record<string, unknown>): ReactElement {
  const own = element.props as Record<string, unknown>;
  const merged = Object.entries(props).map(([name, value]) => {
    const other = own[name];
    if (typeof value !== "function" || typeof other !== "function") return [name, value];
    const both = (...args: unknown[]) => {
      (other as (...args: unknown[]) => void)(...args);
      (value as (...args: unknown[]) => void)(...args);
    };
    return [name, both];
  });
  return cloneElement(element, Object.fromEntries(merged) as Record<string, unknown>);
}
