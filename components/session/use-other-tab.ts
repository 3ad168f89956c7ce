"use client";

import { useEffect, useEffectEvent } from "react";

import { askSession } from "#components/session/ask-session.ts";
import { connection } from "#lib/http/connection.ts";

/** How often it is asked whether another tab has signed in meanwhile; and at once when this tab is looked at again. */
const ASK_MILLISECONDS = 3000;

/** Calls back with the address of whoever signs in in another tab of this browser, until it is unmounted. */
export function useOtherTab(onSignedIn: (email: string) => void): void {
  const handleSignedIn = useEffectEvent(onSignedIn);
  useEffect(() => {
    const over = new AbortController();
    let isAsking = false;
    async function ask() {
      if (document.hidden || isAsking) return;
      isAsking = true;
      try {
        const email = await askSession(over.signal);
        if (email !== null && !over.signal.aborted) handleSignedIn(email);
      } catch {
        // Asked again in a moment; that the server is away is shown by the connection bar.
        if (!over.signal.aborted) connection.doubt();
      }
      isAsking = false;
    }
    const askNow = () => void ask();
    const timer = setInterval(askNow, ASK_MILLISECONDS);
    document.addEventListener("visibilitychange", askNow);
    window.addEventListener("focus", askNow);
    return () => {
      over.abort();
      clearInterval(timer);
      document.removeEventListener("visibilitychange", askNow);
      window.removeEventListener("focus", askNow);
    };
  }, []);
}
