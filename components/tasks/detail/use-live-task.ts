"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { LiveState } from "#components/live/live-provider.tsx";
import { useTaskFeed } from "#components/live/use-task-feed.ts";
import { patchProgress, taskQuery } from "#components/tasks/detail/task-query.ts";
import { ApiError } from "#lib/http/api-client.ts";
import { isSettled } from "#lib/tasks/status.ts";
import type { TaskView } from "#lib/tasks/view.ts";

/** A queue moves without a message about this task: its position is read again this often. */
const QUEUE_MILLISECONDS = 10_000;

type LiveTask = {
  task: TaskView | undefined;
  live: LiveState;
  /** The last reading failed; what is shown is older. */
  error: Error | null;
  isGone: boolean;
  refetch: () => void;
};

/** A task that stays fresh: progress is patched in place, a change reads it again, and polling steps in when the stream is down. */
export function useLiveTask(taskId: string): LiveTask {
  const client = useQueryClient();
  const [isDeleted, setIsDeleted] = useState(false);
  const query = useQuery({
    ...taskQuery(taskId),
    refetchInterval: ({ state: { data } }) => (data?.status === "queued" ? QUEUE_MILLISECONDS : false),
    retry: (count, error) =>
      count < 1 && !(error instanceof ApiError && error.status > 0 && error.status < 500),
  });
  const read = () => void client.invalidateQueries({ queryKey: taskQuery(taskId).queryKey });
  const live = useTaskFeed({
    onBatch: ({ progress, changed, created, deleted }) => {
      if (deleted.has(taskId)) setIsDeleted(true);
      else if (changed.has(taskId) || created.has(taskId)) read();
      const message = progress.get(taskId);
      if (message) patchProgress(client, message);
    },
    onResync: () => {
      if (!query.data || !isSettled(query.data.status)) read();
    },
  });
  const isGone = isDeleted || (query.error instanceof ApiError && query.error.code === "not_found");
  return { task: query.data, live, error: query.error, isGone, refetch: () => void query.refetch() };
}
