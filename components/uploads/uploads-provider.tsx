"use client";

import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";

import { isUnfinished, type UploadItem } from "#components/uploads/upload-item.ts";
import { UploadQueue } from "#components/uploads/upload-queue.ts";

const UploadsContext = createContext<UploadQueue | null>(null);
const NONE: readonly UploadItem[] = [];

/** Keeps the tab's uploads going while pages change. Mount once, in the console's layout. */
export function UploadsProvider({ children }: { children: ReactNode }) {
  const [queue] = useState(
    () =>
      new UploadQueue(async (events) => {
        const { createUploadEngine } = await import("#components/uploads/upload-engine.ts");
        return createUploadEngine(events);
      }),
  );
  useEffect(() => {
    let isAsking = false;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    const follow = () => {
      const isNeeded = queue.getSnapshot().some(isUnfinished);
      if (isNeeded === isAsking) return;
      isAsking = isNeeded;
      if (isNeeded) window.addEventListener("beforeunload", ask);
      else window.removeEventListener("beforeunload", ask);
    };
    const stop = queue.subscribe(follow);
    const goOn = () => queue.resumeInterrupted();
    const hold = () => queue.holdAll();
    window.addEventListener("online", goOn);
    window.addEventListener("offline", hold);
    return () => {
      stop();
      window.removeEventListener("online", goOn);
      window.removeEventListener("offline", hold);
      window.removeEventListener("beforeunload", ask);
    };
  }, [queue]);
  return <UploadsContext value={queue}>{children}</UploadsContext>;
}

/** The queue itself: to add, pause, retry and remove. */
export function useUploadQueue(): UploadQueue {
  const queue = useContext(UploadsContext);
  if (queue === null) throw new Error("useUploadQueue needs UploadsProvider around it.");
  return queue;
}

/** The uploads of this tab, in the order in which they were chosen. */
export function useUploads(): readonly UploadItem[] {
  const queue = useUploadQueue();
  return useSyncExternalStore(queue.subscribe, queue.getSnapshot, () => NONE);
}
