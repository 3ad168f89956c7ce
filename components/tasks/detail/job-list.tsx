"use client";

import { useTranslations } from "next-intl";

import { JobRow } from "#components/tasks/detail/job-row.tsx";
import type { JobView } from "#lib/jobs/view.ts";

/** The task's jobs, one row each, with their renditions inside. */
export function JobList({ jobs, onPlay }: { jobs: readonly JobView[]; onPlay: (jobId: string) => void }) {
  const t = useTranslations("detail.jobs");
  return (
    <ul aria-label={t("label")} className="rounded-lg border border-border bg-surface">
      {jobs.map((job) => (
        <JobRow key={job.id} job={job} onPlay={() => onPlay(job.id)} />
      ))}
    </ul>
  );
}
