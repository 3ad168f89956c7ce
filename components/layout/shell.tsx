"use client";

import type { ReactNode } from "react";

import { useLiveCounts } from "#components/layout/use-shell-data.ts";
import { LiveProvider } from "#components/live/live-provider.tsx";

/** The event stream of the tab, and what in the frame itself lives from it. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <LiveProvider>
      <LiveCounts />
      {children}
    </LiveProvider>
  );
}

function LiveCounts() {
  useLiveCounts();
  return null;
}
