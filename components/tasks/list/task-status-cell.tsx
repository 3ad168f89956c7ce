"use client";

import { useTranslations } from "next-intl";
import { memo, type ReactNode } from "react";

import { useIsArriving } from "#components/tasks/list/use-is-arriving.ts";
import { useFailureWords } from "#components/tasks/use-failure-words.ts";
import { waitParts } from "#components/tasks/wait-parts.ts";
import { cn } from "#components/ui/cn.ts";
import { RungBar } from "#components/ui/rung-bar.tsx";
import { StatusIcon } from "#components/ui/status-icon.tsx";
import { useUnits } from "#components/ui/use-units.ts";
import type { TaskStatus } from "#lib/tasks/status.ts";
import type { SourceView, TaskListItem } from "#lib/tasks/view.ts";

/** Colour is for what needs a person, and for what is alive. */
const WORD_TONE: Record<TaskStatus, string> = {
  queued: "text-muted",
  running: "text-running-fg",
  succeeded: "",
  partial: "text-partial-fg",
  failed: "text-failed-fg",
  canceled: "text-muted",
};

/** Icon, word and percent; under them how far, how fast, or why. Always two lines, whatever the state. */
export const TaskStatusCell = memo(function TaskStatusCell({ task }: { task: TaskListItem }) {
  const t = useTranslations("common");
  const units = useUnits();
  const isRunning = task.status === "running";
  return (
    <div className="flex gap-2.5">
      <span className="grid h-5 place-items-center">
        <StatusIcon status={task.status} percent={task.progress} />
      </span>
      <div className="min-w-0 flex-1">
        <div className={cn("flex h-5 items-center font-medium", WORD_TONE[task.status])}>
          <span className="truncate">
            {isRunning && task.phase ? t(`phase.${task.phase}`) : t(`status.${task.status}`)}
          </span>
          {isRunning && task.progress !== null && (
            <span className="ms-auto ps-2">{units.percent(task.progress)}</span>
          )}
        </div>
        <SecondLine task={task} />
      </div>
    </div>
  );
});

/** Below this, "0.0×" would be shown: what the first progress line says, and nothing to go by. */
const SHOWN_SPEED = 0.05;

function SecondLine({ task }: { task: TaskListItem }) {
  const t = useTranslations("tasks.line");
  const tCommon = useTranslations("common");
  const units = useUnits();
  const failureWords = useFailureWords();
  const total = task.jobs.length;
  const done = task.jobs.filter((job) => job.status === "succeeded").length;

  switch (task.status) {
    case "queued":
      return task.waitingFor === "upload" && task.source.type === "upload" && task.source.sizeBytes > 0 ? (
        <UploadLine source={task.source} />
      ) : (
        <Line>{task.waitingFor === "disk" ? spaceText() : queuedText()}</Line>
      );
    case "running": {
      if (task.waitingFor === "disk") return <Line>{spaceText()}</Line>;
      if (task.waitingFor === "memory") return <Line>{t("memory")}</Line>;
      const facts = [
        task.speed === null || task.speed < SHOWN_SPEED ? null : units.speed(task.speed),
        task.etaSeconds === null ? null : tCommon("duration.left", { time: units.span(task.etaSeconds) }),
      ].filter((fact) => fact !== null);
      return (
        <Line>
          <RungBar rungs={task.jobs} />
          <span className="ms-auto truncate">
            {facts.length === 0 && task.phase === null ? t("starting") : facts.join(" · ")}
          </span>
        </Line>
      );
    }
    case "partial":
      return (
        <Line>
          <RungBar rungs={task.jobs} />
          {t("someJobs", { done, total })}
        </Line>
      );
    case "failed": {
      const reason = task.failure ? failureWords(task.failure).title : "";
      return (
        <Line>
          <span className="truncate" title={reason}>
            {reason}
          </span>
        </Line>
      );
    }
    case "succeeded":
      return (
        <Line>
          {task.sizeBytes === null
            ? t("jobs", { count: total })
            : t("jobsSize", { count: total, size: units.bytes(task.sizeBytes) })}
        </Line>
      );
    case "canceled":
      return (
        <Line>
          {done > 0 ? t("kept", { done, total }) : t(task.startedAt === null ? "beforeStart" : "nothingKept")}
        </Line>
      );
  }

  function spaceText(): ReactNode {
    const { title, why } = task.failure ? failureWords(task.failure) : { title: "", why: "" };
    return (
      <span className="truncate" title={`${title}. ${why}`}>
        {task.failure ? t("space", task.failure.params) : t("waiting")}
      </span>
    );
  }

  function queuedText(): string {
    if (task.queuePosition === null) return t("waiting");
    const place = t("position", { position: task.queuePosition });
    if (task.waitSeconds === null) return place;
    const { unit, count } = waitParts(task.waitSeconds);
    return t("positionWait", { place, wait: t(unit, { count }) });
  }
}

/** How much of the file is here, and whether more of it is coming. */
function UploadLine({ source }: { source: SourceView & { type: "upload" } }) {
  const t = useTranslations("tasks.line");
  const units = useUnits();
  const percent = units.percent((source.offsetBytes / source.sizeBytes) * 100);
  const text = t(useIsArriving(source) ? "upload" : "uploadStands", { percent });
  return (
    <Line>
      <span className="truncate" title={text}>
        {text}
      </span>
    </Line>
  );
}

function Line({ children }: { children: ReactNode }) {
  return (
    <div className="flex h-4 items-center gap-2 overflow-hidden text-xs whitespace-nowrap text-subtle">
      {children}
    </div>
  );
}
