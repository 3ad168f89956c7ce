"use client";

import { Download, MonitorPlay } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId, useSyncExternalStore } from "react";

import { MediaPlayer } from "#components/player/media-player.tsx";
import { browserCanPlay, playMethod, unplayableCodec } from "#components/player/playable.ts";
import { codecName, containerName } from "#components/tasks/media-facts.ts";
import { buttonVariants } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Select } from "#components/ui/select.tsx";
import type { JobView } from "#lib/jobs/view.ts";
import type { TaskView } from "#lib/tasks/view.ts";

type PlayerPanelProps = {
  task: TaskView;
  jobId: string | null;
  /** The job whose Play was pressed elsewhere: it starts without another press. */
  startsJob: string | null;
  onJobChange: (jobId: string) => void;
};

/** One of the task's results in a player; only what is published can be chosen. */
export function PlayerPanel({ task, jobId, startsJob, onJobChange }: PlayerPanelProps) {
  const t = useTranslations("detail.player");
  const selectId = useId();
  const results = task.jobs.filter((job) => job.primary !== null);
  const job = results.find(({ id }) => id === jobId) ?? results[0];
  if (!job)
    return (
      <EmptyState icon={<MonitorPlay size={20} aria-hidden />} title={t("nothing")} headingLevel={2}>
        {t("nothingBody")}
      </EmptyState>
    );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      {results.length > 1 && (
        <div className="flex items-center gap-2">
          <label id={`${selectId}-label`} htmlFor={selectId} className="font-medium">
            {t("result")}
          </label>
          <Select
            id={selectId}
            value={job.id}
            onValueChange={onJobChange}
            items={results.map((one) => ({
              value: one.id,
              label: `${one.template.name} · ${containerName(one.container)}`,
            }))}
          />
        </div>
      )}
      <JobPlayer key={job.id} job={job} posterUrl={task.thumbnailUrl} startsAtOnce={startsJob === job.id} />
    </div>
  );
}

type JobPlayerProps = { job: JobView; posterUrl: string | null; startsAtOnce: boolean };

function JobPlayer({ job, posterUrl, startsAtOnce }: JobPlayerProps) {
  const t = useTranslations("detail.player");
  const isInBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const method = playMethod(job.container);
  const renditions = job.result?.renditions ?? [];
  if (job.primary === null) return null;
  const codec = isInBrowser && method !== "none" ? unplayableCodec(renditions, browserCanPlay(method)) : null;
  if (method === "none" || codec !== null)
    return (
      <EmptyState
        icon={<MonitorPlay size={20} aria-hidden />}
        title={
          codec === null
            ? t("noContainer", { container: containerName(job.container) })
            : t("noCodec", { codec: codecName(codec) })
        }
        action={
          <a href={job.primary.downloadUrl} download className={cn(buttonVariants({ variant: "secondary" }))}>
            <Download size={16} aria-hidden />
            {t("download")}
          </a>
        }
      >
        {t("noCodecBody")}
      </EmptyState>
    );
  return (
    <MediaPlayer
      url={job.primary.url}
      method={method}
      posterUrl={posterUrl}
      startsAtOnce={startsAtOnce}
      label={job.template.name}
      isAudioOnly={renditions.length > 0 && renditions.every(({ kind }) => kind === "audio")}
    />
  );
}

const never = () => () => undefined;
