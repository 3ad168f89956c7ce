"use client";

import { useQuery } from "@tanstack/react-query";

import type { JobFileView, JobView } from "#lib/jobs/view.ts";

/** Whether a job's primary file is no longer in the Output's storage; asked once when the job is shown. */
export function useIsGone(job: Pick<JobView, "id" | "attempt" | "replacedAt">, primary: JobFileView | null) {
  const { data } = useQuery({
    // Not the address: each reading of the task signs it anew.
    queryKey: ["stored", job.id, job.attempt, primary?.path],
    queryFn: async ({ signal }) => {
      const answer = await fetch(primary?.downloadUrl ?? "", { method: "HEAD", cache: "no-store", signal });
      return answer.status === 404;
    },
    // One that another task has written over is not this job's either, and the row says so already.
    enabled: primary !== null && job.replacedAt === null,
    staleTime: Infinity,
    retry: false,
  });
  return data ?? false;
}
