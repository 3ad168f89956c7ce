"use client";

import { useTranslations } from "next-intl";

import { JobRow } from "#components/tasks/detail/job-row.tsx";
import type { Retry } from "#components/tasks/detail/use-retry.ts";
import type { JobView } from "#lib/jobs/view.ts";

type JobListProps = { jobs: readonly JobView[]; retry: Retry; onPlay: (jobId: string) => void };

/** The task's jobs, one row each, with their renditions inside. */
export function JobList({ jobs, retry, onPlay }: JobListProps) {
  const t = useTranslations("detail.jobs");
  return (
    <ul aria-label={t("label")} className="rounded-lg border border-border bg-surface">
      {jobs.map((job) => (
        <JobRow key={job.id} job={job} retry={retry} onPlay={() => onPlay(job.id)} />
      ))}
    </ul>
  );
}
