"use client";

import { useEffect, useState } from "react";

/** While bytes come the server says so every second; after this long without a change, nobody sends them. */
const QUIET_MS = 15_000;

/**
 * Whether an upload's bytes are coming, by this browser's own watch: what the server said is true when it is said, and
 * nothing tells a list that no more came.
 */
export function useIsArriving({
  offsetBytes,
  isArriving,
}: {
  offsetBytes: number;
  isArriving: boolean;
}): boolean {
  const [quietAt, setQuietAt] = useState<number | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setQuietAt(offsetBytes), QUIET_MS);
    return () => clearTimeout(timer);
  }, [offsetBytes]);
  return isArriving && quietAt !== offsetBytes;
}
