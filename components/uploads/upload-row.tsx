"use client";

import { CircleCheck, Clock, CloudOff, Pause, Play, RotateCcw, X } from "lucide-react";
import { useTranslations } from "next-intl";

import { useFigures } from "#components/tasks/use-figures.ts";
import { Button } from "#components/ui/button.tsx";
import { FailedCircle, ProgressRing } from "#components/ui/icons.tsx";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import { uploadPercent, type UploadItem } from "#components/uploads/upload-item.ts";
import { useIsOnline } from "#components/uploads/use-is-online.ts";
import { useUploadQueue } from "#components/uploads/uploads-provider.tsx";

/** One file: how far it is, and what can be done with it. The same in the form and in the tray. */
export function UploadRow({ item }: { item: UploadItem }) {
  const t = useTranslations("create.uploads");
  const figures = useFigures();
  const queue = useUploadQueue();
  const isOnline = useIsOnline();
  const percent = uploadPercent(item);
  const { name } = item;
  const canPause = item.state === "uploading" || (item.state === "waiting" && item.uploadId !== null);
  return (
    <li className="flex min-h-14 items-center gap-3 border-b border-border px-3 py-2 last:border-0">
      <StateIcon item={item} percent={percent} />
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2">
          <span className="min-w-0 truncate font-medium" title={name}>
            {name}
          </span>
          <span className="flex-none text-xs text-subtle">{figures.bytes(item.sizeBytes)}</span>
          <span className="ms-auto flex-none text-xs font-medium">{figures.percent(percent)}</span>
        </p>
        <ProgressBar percent={percent} label={name} className="my-1 h-1" />
        <p className="text-xs text-subtle">
          {item.state === "failed" ? (
            <span role="alert" className="text-failed-fg">
              {item.error}
            </span>
          ) : item.state === "interrupted" ? (
            <span role="status" className="text-partial-fg">
              {t(isOnline ? "unreachable" : "interrupted", { percent })}
            </span>
          ) : item.state === "uploading" && item.bytesPerSecond !== null ? (
            [
              `${figures.bytes(Math.round(item.bytesPerSecond))}/s`,
              item.secondsLeft === null ? null : figures.timeLeft(item.secondsLeft),
            ]
              .filter((part) => part !== null)
              .join(" · ")
          ) : (
            t(item.state)
          )}
        </p>
      </div>
      <div className="flex flex-none gap-1">
        {item.state === "failed" && (
          <Button size="sm" onClick={() => queue.retry(item.key)}>
            <RotateCcw size={16} aria-hidden />
            {t("retry")}
          </Button>
        )}
        {canPause && (
          <Button
            size="sm"
            variant="ghost"
            iconOnly
            aria-label={t("pause", { name })}
            onClick={() => queue.setPaused(item.key, true)}
          >
            <Pause size={16} aria-hidden />
          </Button>
        )}
        {item.state === "paused" && (
          <Button
            size="sm"
            variant="ghost"
            iconOnly
            aria-label={t("resume", { name })}
            onClick={() => queue.setPaused(item.key, false)}
          >
            <Play size={16} aria-hidden />
          </Button>
        )}
        {item.taskId === null && (
          <Button
            size="sm"
            variant="ghost"
            iconOnly
            aria-label={t("remove", { name })}
            onClick={() => queue.remove(item.key)}
          >
            <X size={16} aria-hidden />
          </Button>
        )}
      </div>
    </li>
  );
}

function StateIcon({ item, percent }: { item: UploadItem; percent: number }) {
  switch (item.state) {
    case "waiting":
      return <Clock size={16} aria-hidden className="flex-none text-queued" />;
    case "uploading":
      return <ProgressRing percent={percent} className="flex-none text-running" />;
    case "paused":
      return <Pause size={16} aria-hidden className="flex-none text-queued" />;
    case "interrupted":
      return <CloudOff size={16} aria-hidden className="flex-none text-partial" />;
    case "failed":
      return <FailedCircle className="flex-none text-failed" />;
    case "done":
      return <CircleCheck size={16} aria-hidden className="flex-none text-succeeded" />;
  }
}
