"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";

import { useTaskFeed } from "#components/live/use-task-feed.ts";
import { countsQuery } from "#components/tasks/list/task-list-queries.ts";
import { workersQuery } from "#components/workers/workers-query.ts";
import { NO_FILTERS } from "#lib/tasks/queries.ts";

/** Workers, asked every 30 s: their heartbeats are not live messages. */
export function useWorkers() {
  return useQuery({ ...workersQuery(), refetchInterval: 30_000 });
}

/** How many tasks run now; 0 until known. */
export function useRunningCount(): number {
  const { data } = useQuery(countsQuery(NO_FILTERS));
  return data?.byStatus.running ?? 0;
}

/** Keeps every count on the page true: asked again when a task appeared, changed its state or went. */
export function useLiveCounts(): void {
  const client = useQueryClient();
  const refresh = () => void client.invalidateQueries({ queryKey: ["tasks", "counts"] });
  useTaskFeed({
    onBatch: ({ created, changed, deleted }) => {
      if (created.size + changed.size + deleted.size > 0) refresh();
    },
    onResync: refresh,
  });
}
