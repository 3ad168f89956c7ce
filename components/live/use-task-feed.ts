"use client";

import { useEffect, useEffectEvent } from "react";

import { useLive, type LiveState } from "#components/live/live-provider.tsx";
import { TaskBatcher, type TaskBatch } from "#components/live/task-batch.ts";

/** Rows are painted at most this often, however many messages arrive. */
const BATCH_MILLISECONDS = 1000;
/** How often to ask while the stream is down. */
const POLL_MILLISECONDS = 5000;
/** And while it is up, in case it says nothing although something happened. */
const SLOW_POLL_MILLISECONDS = 30_000;

type TaskFeed = {
  /** At most once a second, and only when something happened. */
  onBatch: (batch: TaskBatch) => void;
  /** Read everything again: the stream has (re)opened, or some time has passed: five seconds while it is down. */
  onResync: () => void;
  isPaused?: boolean;
};

/** Live messages about tasks, in batches. Returns the state of the stream, for "Live" and "Reconnecting". */
export function useTaskFeed({ onBatch, onResync, isPaused = false }: TaskFeed): LiveState {
  const { state, subscribe } = useLive();
  const handleBatch = useEffectEvent(onBatch);
  const handleResync = useEffectEvent(onResync);

  useEffect(() => {
    if (isPaused) return;
    const batcher = new TaskBatcher();
    let lastFlush = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    function flush() {
      timer = undefined;
      lastFlush = performance.now();
      if (!batcher.isEmpty) handleBatch(batcher.take());
    }
    const unsubscribe = subscribe({
      onMessage: (message) => {
        batcher.add(message);
        timer ??= setTimeout(flush, Math.max(0, lastFlush + BATCH_MILLISECONDS - performance.now()));
      },
      onOpen: () => handleResync(),
    });
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [subscribe, isPaused]);

  useEffect(() => {
    if (isPaused || state === "paused") return;
    const every = state === "reconnecting" ? POLL_MILLISECONDS : SLOW_POLL_MILLISECONDS;
    const poll = setInterval(() => handleResync(), every);
    return () => clearInterval(poll);
  }, [state, isPaused]);

  return isPaused ? "paused" : state;
}
