"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { taskQuery } from "#components/tasks/detail/task-query.ts";
import { isSourceGone, retryBody, retryChoice, type RetryChoice } from "#components/tasks/retry-choice.ts";
import { toast } from "#components/ui/toast.tsx";
import type { Role } from "#lib/context.ts";
import { api } from "#lib/http/api-client.ts";
import type { TaskView } from "#lib/tasks/view.ts";

/** What can be run again in a task, and how. */
export type Retry = {
  /** Null when there is nothing to run again now. */
  choice: RetryChoice | null;
  /** Why it cannot be done although there is something. */
  blocked: string | null;
  /** The whole choice, or one job of it. */
  run: (jobId?: string) => void;
  isPending: boolean;
  /** What went wrong the last time. */
  error: string | null;
};

export function useRetry(task: TaskView, role: Role): Retry {
  const t = useTranslations("detail.retry");
  const common = useTranslations("common");
  const errorText = useErrorText();
  const client = useQueryClient();
  const choice = retryChoice(task);
  const call = useMutation({
    mutationFn: (body: { jobs?: string[] }) => api.post<TaskView>(`/tasks/${task.id}/retry`, body),
    onSuccess: (next) => {
      client.setQueryData(taskQuery(task.id).queryKey, next);
      const count = next.jobs.filter((job) => job.status === "queued").length;
      toast.add({ type: "succeeded", title: t("done", { count }) });
    },
    // Somebody else was faster, or the source went: what is there now says so.
    onError: () => void client.invalidateQueries({ queryKey: taskQuery(task.id).queryKey }),
  });
  const blocked =
    role === "viewer"
      ? common("needsRole", { role: common("role.viewer"), needed: common("role.operator") })
      : isSourceGone(task)
        ? t("sourceGone")
        : null;
  return {
    choice,
    blocked,
    run: (jobId) => {
      if (choice === null || call.isPending) return;
      call.mutate(jobId === undefined ? retryBody(choice) : { jobs: [jobId] });
    },
    isPending: call.isPending,
    error: call.error === null ? null : errorText(call.error),
  };
}
