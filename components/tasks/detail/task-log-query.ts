import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { api } from "#lib/http/api-client.ts";
import type { TaskLogLine, TaskLogPage } from "#lib/tasks/view.ts";

/** Lines in one call, the most that the server gives. */
const PAGE_LINES = 1000;
/** How often a running task's log is asked for more. */
const FOLLOW_MILLISECONDS = 2000;

/** The whole log of a task. A line keeps its number for ever, so each reading asks only for what is new. */
export function taskLogQuery(client: QueryClient, taskId: string, isRunning: boolean) {
  const queryKey = ["tasks", "log", taskId] as const;
  return queryOptions({
    queryKey,
    refetchInterval: isRunning ? FOLLOW_MILLISECONDS : false,
    queryFn: async ({ signal }) => {
      const lines: TaskLogLine[] = [...(client.getQueryData<TaskLogLine[]>(queryKey) ?? [])];
      for (;;) {
        const page = await api.get<TaskLogPage>(`/tasks/${encodeURIComponent(taskId)}/logs`, {
          query: { from: lines.length, limit: PAGE_LINES },
          signal,
        });
        lines.push(...page.lines);
        if (page.lines.length === 0 || lines.length >= page.total) return lines;
      }
    },
  });
}
