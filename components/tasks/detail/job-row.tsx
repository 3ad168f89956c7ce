"use client";

import { ChevronRight, Play } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";

import { JobFiles } from "#components/tasks/detail/job-files.tsx";
import { PredictionLine } from "#components/tasks/detail/prediction-line.tsx";
import { QualityLines } from "#components/tasks/detail/quality-lines.tsx";
import { RenditionList } from "#components/tasks/detail/rendition-list.tsx";
import { RetryButton } from "#components/tasks/detail/retry-button.tsx";
import { useIsGone } from "#components/tasks/detail/use-is-gone.ts";
import type { Retry } from "#components/tasks/detail/use-retry.ts";
import { codecName, containerName } from "#components/tasks/media-facts.ts";
import { useFailureWords } from "#components/tasks/use-failure-words.ts";
import { useFigures } from "#components/tasks/use-figures.ts";
import { useWarningWords } from "#components/tasks/use-warning-words.ts";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import { StatusIcon } from "#components/ui/status-icon.tsx";
import type { JobView } from "#lib/jobs/view.ts";

/** One job: 48 px whatever its state; its renditions open below it. */
export function JobRow({ job, retry, onPlay }: { job: JobView; retry: Retry; onPlay: () => void }) {
  const t = useTranslations("detail.jobs");
  const common = useTranslations("common.status");
  const [isOpen, setIsOpen] = useState(false);
  const isGone = useIsGone(job, job.primary);
  const id = useId();
  const renditions = job.result?.renditions ?? job.plan?.renditions ?? [];
  const warnings = job.result?.warnings ?? job.plan?.warnings ?? [];
  const canOpen = renditions.length > 0 || warnings.length > 0;
  return (
    <li className="border-b border-border last:border-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 md:min-h-12 md:flex-nowrap md:py-0">
        <div className="flex w-full flex-none items-center gap-3 md:w-[272px]">
          <StatusIcon status={job.status} percent={job.progress?.percent ?? null} />
          <span className="sr-only">{common(job.status)}</span>
          {canOpen ? (
            <button
              type="button"
              aria-expanded={isOpen}
              aria-controls={id}
              onClick={() => setIsOpen(!isOpen)}
              className="-mx-1 flex h-8 min-w-0 flex-1 items-center gap-2 rounded-sm px-1 text-start hover:bg-hover"
            >
              <JobName job={job} />
              <ChevronRight
                size={14}
                aria-hidden
                className={cn(
                  "flex-none text-subtle transition-transform duration-(--dur-base)",
                  isOpen && "rotate-90",
                )}
              />
            </button>
          ) : (
            <span className="flex min-w-0 flex-1 items-center gap-2">
              <JobName job={job} />
            </span>
          )}
        </div>
        <JobState job={job} />
        {(job.status === "failed" || job.status === "canceled") && retry.choice !== null && (
          <div className="flex-none max-md:ps-7">
            <RetryButton retry={retry} job={job} size="sm" />
          </div>
        )}
        {isGone && <p className="flex-none text-xs text-muted max-md:ps-7">{t("gone")}</p>}
        {job.primary !== null && !isGone && (
          <div className="flex flex-none gap-1 max-md:ps-5">
            <Button
              size="sm"
              variant="ghost"
              onClick={onPlay}
              aria-label={t("playJob", { job: job.template.name })}
            >
              <Play size={16} aria-hidden />
              {t("play")}
            </Button>
            <JobFiles job={job} primary={job.primary} />
          </div>
        )}
      </div>
      {canOpen && (
        <div id={id} hidden={!isOpen} className="border-t border-border bg-sunken px-4 py-3 md:ps-11">
          <RenditionList
            renditions={renditions}
            isMeasured={job.result !== null}
            label={t("renditionsOf", { job: job.template.name })}
          />
          <QualityLines renditions={renditions} />
          <PredictionLine job={job} />
          <WarningLines warnings={warnings} />
        </div>
      )}
    </li>
  );
}

function JobName({ job }: { job: JobView }) {
  const codecs = [
    ...new Set((job.result ?? job.plan)?.renditions.map(({ codec }) => codecName(codec)) ?? []),
  ];
  return (
    <>
      <span className="truncate font-medium" title={job.template.name}>
        {job.template.name}
      </span>
      <span className="flex-none text-xs whitespace-nowrap text-subtle">
        {[containerName(job.container), ...codecs.slice(0, 1)].join(" · ")}
      </span>
    </>
  );
}

function WarningLines({ warnings }: { warnings: NonNullable<JobView["plan"]>["warnings"] }) {
  const words = useWarningWords();
  if (warnings.length === 0) return null;
  return (
    <ul className="mt-2 grid gap-0.5 text-xs text-muted">
      {[...new Set(warnings.map(words))].map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

function JobState({ job }: { job: JobView }) {
  const t = useTranslations("detail.jobs");
  const common = useTranslations("common.status");
  const figures = useFigures();
  const failureWords = useFailureWords();
  switch (job.status) {
    case "running": {
      const { percent = 0, fps = null, speed = null, etaSeconds = null } = job.progress ?? {};
      return (
        <>
          <div className="flex min-w-0 flex-1 items-center gap-3 max-md:basis-full max-md:ps-7">
            <ProgressBar percent={percent} label={job.template.name} className="flex-1" />
            <span className="w-10 text-right font-medium">{figures.percent(percent)}</span>
          </div>
          <div className="flex flex-none gap-4 text-xs text-subtle max-md:w-full max-md:ps-7 md:w-[212px] md:justify-end">
            <span className="max-md:empty:hidden md:w-14 md:text-right">
              {fps === null ? "" : figures.fps(Math.round(fps))}
            </span>
            <span className="max-md:empty:hidden md:w-9 md:text-right">
              {speed === null ? "" : figures.speed(speed)}
            </span>
            <span className="text-muted md:w-24 md:text-right">
              {etaSeconds === null ? "" : figures.timeLeft(etaSeconds)}
            </span>
          </div>
        </>
      );
    }
    case "succeeded": {
      const seconds = job.result?.primary.durationSeconds ?? null;
      const size = job.result?.sizeBytes ?? null;
      // The rates of a ladder stand at its rungs; their sum is what nobody ever streams.
      const isOneRung = (job.result?.renditions.filter(({ kind }) => kind === "video").length ?? 0) <= 1;
      return (
        <div className="flex flex-1 flex-wrap gap-x-6 gap-y-1 text-xs text-subtle max-md:basis-full max-md:ps-7">
          <span className="text-fg md:w-16">{size === null ? "" : figures.bytes(size)}</span>
          <span className="md:w-20">
            {job.result === null ? "" : t("files", { count: job.result.fileCount })}
          </span>
          <span className="md:w-20">
            {size === null || !seconds || !isOneRung ? "" : figures.bitRate((size * 8) / seconds)}
          </span>
          {job.replacedAt !== null && <span className="basis-full text-muted">{t("replaced")}</span>}
        </div>
      );
    }
    case "failed":
      return (
        <div className="min-w-0 flex-1 max-md:ps-7">
          <span className="text-failed-fg">
            {job.failure === null ? common("failed") : failureWords(job.failure).title}
          </span>
          {job.attempt > 1 && (
            <span className="text-xs text-subtle max-md:block md:ms-2">
              {t("attempt", { attempt: job.attempt })}
            </span>
          )}
        </div>
      );
    case "queued":
    case "canceled":
      return <div className="min-w-0 flex-1 text-subtle max-md:ps-7">{common(job.status)}</div>;
  }
}
