"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";

import { useFigures } from "#components/tasks/use-figures.ts";
import { DropZone } from "#components/ui/drop-zone.tsx";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import { uploadPercent } from "#components/uploads/upload-item.ts";
import { useUploadQueue, useUploads } from "#components/uploads/uploads-provider.tsx";
import type { TaskView } from "#lib/tasks/view.ts";

/** A task whose file is still arriving: how far it is, and, in a tab that does not send it, the way to go on. */
export function WaitingUpload({ task }: { task: TaskView }) {
  const t = useTranslations("detail.upload");
  const figures = useFigures();
  const queue = useUploadQueue();
  const [wrongFile, setWrongFile] = useState<string | null>(null);
  const uploads = useUploads();
  const { source } = task;
  if (source.type !== "upload") return <p className="text-muted">{t("waiting")}</p>;

  const mine = uploads.find((item) => item.uploadId === source.uploadId);
  const sent = Math.max(mine?.sentBytes ?? 0, source.offsetBytes);
  const percent = uploadPercent({
    sizeBytes: source.sizeBytes,
    sentBytes: sent,
    state: mine?.state ?? "waiting",
  });
  const resume = (files: File[]) => {
    const file = files.find(({ name, size }) => name === source.label && size === source.sizeBytes);
    setWrongFile(file ? null : (files[0]?.name ?? null));
    if (file) queue.add([file], { uploadId: source.uploadId, taskId: task.id });
  };
  return (
    <div className="mt-1 grid gap-2">
      <p className="text-muted">
        {t("progress", { percent, sent: figures.bytes(sent), size: figures.bytes(source.sizeBytes) })}
        {mine?.state === "failed" && ` ${t("failed", { reason: mine.error ?? "" })}`}
      </p>
      <ProgressBar percent={percent} label={t("label")} />
      {!mine && (
        <>
          <DropZone
            isCompact
            title={t("choose", { name: source.label })}
            hint={t("chooseHint")}
            onFiles={resume}
          />
          {wrongFile !== null && (
            <p role="alert" className="text-xs text-failed-fg">
              {t("wrongFile", {
                chosen: wrongFile,
                name: source.label,
                size: figures.bytes(source.sizeBytes),
              })}
            </p>
          )}
        </>
      )}
    </div>
  );
}
