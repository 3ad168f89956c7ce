"use client";

import { createContext, useContext, useEffect, useState, type ReactNode } from "react";

const NowContext = createContext(0);

/** One clock for every relative time on a page: `initial` is the server's time, so that the first paint agrees with it. */
export function NowProvider({ initial, children }: { initial: number; children: ReactNode }) {
  const [now, setNow] = useState(initial);
  useEffect(() => {
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(() => {
      if (!document.hidden) tick();
    }, 10_000);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, []);
  return <NowContext value={now}>{children}</NowContext>;
}

/** Unix milliseconds, renewed every 10 s. */
export function useNow(): number {
  return useContext(NowContext);
}
