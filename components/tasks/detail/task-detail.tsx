"use client";

import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useTranslations } from "next-intl";
import dynamic from "next/dynamic";
import { useState } from "react";

import type { LiveState } from "#components/live/live-provider.tsx";
import { FailureBox, taskFailures } from "#components/tasks/detail/failure-box.tsx";
import { JobList } from "#components/tasks/detail/job-list.tsx";
import { LogPeek } from "#components/tasks/detail/log-peek.tsx";
import { ProgressAnnouncer } from "#components/tasks/detail/progress-announcer.tsx";
import { ProgressCard } from "#components/tasks/detail/progress-card.tsx";
import { RetryButton } from "#components/tasks/detail/retry-button.tsx";
import { SideColumn } from "#components/tasks/detail/side-column.tsx";
import { SpaceBanner } from "#components/tasks/detail/space-banner.tsx";
import { TaskHeader } from "#components/tasks/detail/task-header.tsx";
import { TaskMissing } from "#components/tasks/detail/task-missing.tsx";
import { useLineHash } from "#components/tasks/detail/use-line-hash.ts";
import { useLiveTask } from "#components/tasks/detail/use-live-task.ts";
import { useRetry } from "#components/tasks/detail/use-retry.ts";
import { failureLinks } from "#components/tasks/failure-links.ts";
import { canRetryHelp } from "#components/tasks/retry-choice.ts";
import { useFigures } from "#components/tasks/use-figures.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { orRetry } from "#components/ui/or-retry.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { TabPanel, Tabs } from "#components/ui/tabs.tsx";
import type { Role } from "#lib/context.ts";
import type { TaskView } from "#lib/tasks/view.ts";

// A tab's code comes when it is opened; where the address names the tab, with the page.
const loading = () => <Skeleton className="h-80 w-full" />;
const PlayerPanel = dynamic(
  () => orRetry(async () => (await import("#components/tasks/detail/player-panel.tsx")).PlayerPanel),
  { loading },
);
const LogPanel = dynamic(
  () => orRetry(async () => (await import("#components/tasks/detail/log-panel.tsx")).LogPanel),
  { loading },
);
const WebhookPanel = dynamic(
  () => orRetry(async () => (await import("#components/tasks/detail/webhook-panel.tsx")).WebhookPanel),
  { loading },
);
const JsonPanel = dynamic(
  () => orRetry(async () => (await import("#components/tasks/detail/json-panel.tsx")).JsonPanel),
  { loading },
);

const TABS = ["jobs", "player", "logs", "webhooks", "json"] as const;
type Tab = (typeof TABS)[number];

const PARAMS = {
  tab: parseAsStringLiteral(TABS).withDefault("jobs"),
  job: parseAsString,
};

/** One task, live. The tab, the chosen job and the log line stand in the address. */
export function TaskDetail({ taskId, role }: { taskId: string; role: Role }) {
  const t = useTranslations("detail");
  const { task, live, error, isGone, refetch } = useLiveTask(taskId);
  if (isGone) return <TaskMissing />;
  if (!task)
    return error ? (
      <div className="p-4 lg:p-6">
        <Banner
          role="alert"
          action={
            <Button size="sm" onClick={refetch}>
              {t("again")}
            </Button>
          }
        >
          {t("loadFailed")} {error.message}
        </Banner>
      </div>
    ) : null;
  return <LoadedTask task={task} live={live} error={error} refetch={refetch} role={role} />;
}

type LoadedTaskProps = {
  task: TaskView;
  live: LiveState;
  /** The last reading failed; what is shown is older. */
  error: Error | null;
  refetch: () => void;
  role: Role;
};

function LoadedTask({ task, live, error, refetch, role }: LoadedTaskProps) {
  const t = useTranslations("detail");
  const figures = useFigures();
  const [params, setParams] = useQueryStates(PARAMS, { history: "push" });
  const [line, setLine] = useLineHash();
  const retry = useRetry(task, role);
  // Play was pressed on a row: its player starts by itself. An address alone never starts one.
  const [pressedJob, setPressedJob] = useState<string | null>(null);

  const isWaitingForSpace = task.waitingFor === "disk";
  // A link to a line opens the log, whatever tab the address names.
  const tab: Tab = line !== null ? "logs" : params.tab;
  const openTab = (next: Tab, job: string | null = params.job) => {
    if (next !== "logs") setLine(null);
    setPressedJob(null);
    void setParams({ tab: next, job });
  };
  const play = (job: string) => {
    openTab("player", job);
    setPressedJob(job);
  };
  const openLog = (target: number | null) => {
    void setParams({ tab: "logs" });
    if (target !== null) setLine(target);
  };

  return (
    <div className="mx-auto w-full max-w-page pb-12">
      <ProgressAnnouncer task={task} />
      <TaskHeader task={task} role={role} retry={retry} />
      <div className="flex gap-6 px-4 pt-5 max-lg:flex-col lg:px-6">
        <div className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)] content-start gap-4">
          {error && (
            <Banner
              tone="partial"
              role="status"
              action={
                <Button size="sm" onClick={refetch}>
                  {t("again")}
                </Button>
              }
            >
              {t("stale")}
            </Banner>
          )}
          {retry.error !== null && (
            <Banner role="alert">
              {t("retry.failedToStart")} {retry.error}
            </Banner>
          )}
          {isWaitingForSpace && task.failure && <SpaceBanner failure={task.failure} />}
          {(isWaitingForSpace ? [] : taskFailures(task)).map(({ id, failure, jobName }) => (
            <FailureBox
              key={id}
              failure={failure}
              jobName={jobName}
              taskId={task.id}
              onOpenLog={() => openLog(null)}
              links={failureLinks(failure.code, {
                ...task,
                templateId: (task.jobs.find((job) => job.id === id) ?? task.jobs[0])?.template.id ?? null,
              })}
              action={
                canRetryHelp(failure.code, task.source) && (
                  <RetryButton
                    retry={retry}
                    job={jobName === null ? undefined : task.jobs.find((job) => job.id === id)}
                    size="sm"
                    className="max-md:h-10"
                  />
                )
              }
            />
          ))}
          <ProgressCard task={task} live={live} />
          <Tabs
            aria-label={t("tabs.label")}
            value={tab}
            onValueChange={(next) => openTab(next)}
            items={[
              { value: "jobs", label: t("tabs.jobs"), count: task.jobs.length },
              { value: "player", label: t("tabs.player") },
              { value: "logs", label: t("tabs.logs"), count: figures.number(task.logLineCount) },
              { value: "webhooks", label: t("tabs.webhooks") },
              { value: "json", label: "JSON" },
            ]}
          >
            <TabPanel value="jobs" className="grid grid-cols-[minmax(0,1fr)] gap-4">
              <JobList jobs={task.jobs} retry={retry} onPlay={play} />
              <LogPeek task={task} onOpen={openLog} />
            </TabPanel>
            <TabPanel value="player">
              <PlayerPanel
                task={task}
                jobId={params.job}
                startsJob={pressedJob}
                onJobChange={(jobId) => openTab("player", jobId)}
              />
            </TabPanel>
            <TabPanel value="logs">
              <LogPanel task={task} line={line} />
            </TabPanel>
            <TabPanel value="webhooks">
              <WebhookPanel taskId={task.id} role={role} />
            </TabPanel>
            <TabPanel value="json">
              <JsonPanel task={task} />
            </TabPanel>
          </Tabs>
        </div>
        <SideColumn task={task} />
      </div>
    </div>
  );
}
