"use client";

import { useEffect, useState } from "react";

import { useNow } from "#components/ui/now.tsx";

/** Unix milliseconds, renewed every second while `isRunning`; the page's calm clock otherwise. */
export function useClock(isRunning: boolean): number {
  const calm = useNow();
  const [now, setNow] = useState(calm);
  useEffect(() => {
    if (!isRunning) return;
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return isRunning ? Math.max(now, calm) : calm;
}
