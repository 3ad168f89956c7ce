"use client";

import { useFormatter, useTranslations } from "next-intl";

import type { LiveState } from "#components/live/live-provider.tsx";
import { AttemptList } from "#components/tasks/detail/attempt-list.tsx";
import { PhaseTimeline } from "#components/tasks/detail/phase-timeline.tsx";
import { taskTimeline } from "#components/tasks/detail/task-timeline.ts";
import { useClock } from "#components/tasks/detail/use-clock.ts";
import { WaitingUpload } from "#components/tasks/detail/waiting-upload.tsx";
import { waitParts } from "#components/tasks/wait-parts.ts";
import { useFigures } from "#components/tasks/use-figures.ts";
import { Card } from "#components/ui/card.tsx";
import { RungBar } from "#components/ui/rung-bar.tsx";
import { isSettled } from "#lib/tasks/status.ts";
import type { TaskView } from "#lib/tasks/view.ts";

/** What the task is doing, how far it is and how long each step took. */
export function ProgressCard({ task, live }: { task: TaskView; live: LiveState }) {
  const t = useTranslations("detail");
  const now = useClock(!isSettled(task.status));
  const steps = taskTimeline(task, now);
  return (
    <Card className="p-4 md:p-5" aria-label={t("progress.label")}>
      {isSettled(task.status) ? <EndedHead task={task} /> : <RunningHead task={task} live={live} />}
      <div className="mt-5">
        <PhaseTimeline steps={steps} percent={task.phase === "transcoding" ? task.progress : null} />
      </div>
      <AttemptList task={task} now={now} />
    </Card>
  );
}

function RunningHead({ task, live }: { task: TaskView; live: LiveState }) {
  const t = useTranslations("detail");
  const common = useTranslations("common");
  const figures = useFigures();
  if (task.status === "queued") return <QueuedHead task={task} live={live} />;
  const fps = task.jobs.reduce((sum, job) => sum + (job.progress?.fps ?? 0), 0);
  const pace = [
    task.speed === null ? null : figures.speed(task.speed),
    fps === 0 ? null : figures.fps(Math.round(fps)),
  ].filter((part) => part !== null);
  return (
    <div className="flex flex-wrap items-end gap-x-6 gap-y-2">
      <p className="text-2xl leading-none font-semibold">
        {task.progress === null ? "–" : Math.floor(task.progress)}
        <span className="ms-1 text-lg font-medium text-subtle">%</span>
      </p>
      <div className="min-w-0">
        <p className="font-medium text-running-fg">
          {task.phase === null ? common("status.running") : common(`phase.${task.phase}`)}
        </p>
        {task.waitingFor === "memory" ? (
          <p className="min-h-5 text-subtle">{t("queue.memory")}</p>
        ) : (
          <p className="min-h-5 text-subtle">
            {pace.join(" · ")}
            {pace.length > 0 && task.etaSeconds !== null && " · "}
            {task.etaSeconds !== null && <span className="text-fg">{figures.timeLeft(task.etaSeconds)}</span>}
          </p>
        )}
      </div>
      <LiveNote task={task} live={live} />
    </div>
  );
}

function QueuedHead({ task, live }: { task: TaskView; live: LiveState }) {
  const common = useTranslations("common");
  return (
    <div className="flex flex-wrap items-end gap-x-6 gap-y-2">
      <div className="min-w-0 flex-1">
        <p className="text-md font-semibold">{common("status.queued")}</p>
        {task.waitingFor === "upload" ? (
          <WaitingUpload task={task} />
        ) : (
          <p className="text-muted">
            <QueueWords task={task} />
          </p>
        )}
      </div>
      <LiveNote task={task} live={live} />
    </div>
  );
}

/** "Position 12 of 143. About 4 minutes." */
function QueueWords({ task }: { task: TaskView }) {
  const t = useTranslations("detail.queue");
  if (task.waitingFor === "disk") return t("space");
  if (task.queuePosition === null) return t("soon");
  const place = { position: task.queuePosition, length: task.queueLength ?? task.queuePosition };
  if (task.waitSeconds === null) return t("position", place);
  const { unit, count } = waitParts(task.waitSeconds);
  return t("positionWait", { ...place, wait: t(unit, { count }) });
}

function LiveNote({ task, live }: { task: TaskView; live: LiveState }) {
  const t = useTranslations("detail");
  return (
    <div className="ms-auto text-xs text-subtle max-md:flex max-md:w-full max-md:gap-2 md:text-right">
      <p className="flex items-center gap-1.5 md:h-5 md:justify-end">
        {live === "live" && <span className="live-dot" />}
        {t(`live.${live}`)}
      </p>
      {task.worker !== null && (
        <p className="md:h-5">{t("progress.worker", { worker: task.worker.name, attempt: task.attempt })}</p>
      )}
    </div>
  );
}

function EndedHead({ task }: { task: TaskView }) {
  const t = useTranslations("detail");
  const figures = useFigures();
  const format = useFormatter();
  const start = new Date(task.startedAt ?? task.createdAt);
  const end = new Date(task.finishedAt ?? task.updatedAt);
  const utc = (date: Date) => format.dateTime(date, { timeStyle: "medium", timeZone: "UTC", hour12: false });
  return (
    <div className="flex items-center gap-3">
      <h2 className="font-semibold">
        {figures.duration(Math.max(0, end.getTime() - start.getTime()) / 1000)}
      </h2>
      <span className="text-xs text-subtle">
        {t("progress.between", { from: utc(start), to: utc(end) })}
        {task.attempt > 1 && ` · ${t("progress.attempt", { attempt: task.attempt })}`}
      </span>
      <RungBar
        size={6}
        className="ms-auto w-44 max-md:hidden"
        rungs={task.jobs.map((job) => ({
          id: job.id,
          status: job.status,
          percent: job.progress?.percent ?? null,
        }))}
      />
    </div>
  );
}
