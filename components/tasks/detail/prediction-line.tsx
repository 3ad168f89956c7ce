"use client";

import { useTranslations } from "next-intl";

import { useFigures } from "#components/tasks/use-figures.ts";
import type { JobView } from "#lib/jobs/view.ts";

/** What was expected of a job before it ran; once it is done, beside what it came to. */
export function PredictionLine({ job }: { job: JobView }) {
  const t = useTranslations("detail.prediction");
  const figures = useFigures();
  const { sizeBytes = null, encodeSeconds = null } = job.plan?.prediction ?? {};
  const size = sizeBytes === null ? null : figures.bytes(sizeBytes);
  const time = encodeSeconds === null ? null : figures.duration(encodeSeconds);
  const { result } = job;
  const parts =
    result === null
      ? [size !== null && t("size", { size }), time !== null && t("time", { time })]
      : [
          size !== null && t("sizeBeside", { size, actual: figures.bytes(result.sizeBytes) }),
          time !== null && t("timeBeside", { time, actual: figures.duration(result.encodeSeconds) }),
        ];
  const said = parts.filter((part) => part !== false);
  if (said.length === 0) return null;
  return <p className="mt-2 text-xs text-muted">{said.join(" ")}</p>;
}
