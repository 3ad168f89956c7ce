import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { api } from "#lib/http/api-client.ts";
import type { TaskMessage, TaskView } from "#lib/tasks/view.ts";

/** One task, whole. The server hydrates the same key. */
export function taskQuery(taskId: string) {
  return queryOptions({
    queryKey: ["tasks", "detail", taskId],
    queryFn: ({ signal }) => api.get<TaskView>(`/tasks/${encodeURIComponent(taskId)}`, { signal }),
  });
}

type Progress = Extract<TaskMessage, { type: "progress" }>;

/** Writes a progress message into the task that is shown, without asking the server. */
export function patchProgress(client: QueryClient, message: Progress): void {
  client.setQueryData(taskQuery(message.taskId).queryKey, (task) => task && withProgress(task, message));
}

/** The task with newer figures. Settled jobs keep what they have. */
export function withProgress(task: TaskView, message: Progress): TaskView {
  if (task.status !== "running" && task.status !== "queued") return task;
  const byId = new Map(message.jobs.map((job) => [job.id, job]));
  return {
    ...task,
    status: "running",
    phase: message.phase,
    progress: message.progress,
    speed: message.speed,
    etaSeconds: message.etaSeconds,
    jobs: task.jobs.map((job) => {
      const progress = byId.get(job.id);
      if (!progress || (job.status !== "running" && job.status !== "queued")) return job;
      const { percent, fps, speed, etaSeconds } = progress;
      return { ...job, status: "running" as const, progress: { percent, fps, speed, etaSeconds } };
    }),
  };
}
