"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";

import { useFigures } from "#components/tasks/use-figures.ts";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import { ChooseSameFile } from "#components/uploads/choose-same-file.tsx";
import { uploadPercent } from "#components/uploads/upload-item.ts";
import { uploadQuery } from "#components/uploads/upload-query.ts";
import { useUploads } from "#components/uploads/uploads-provider.tsx";
import type { SourceView, TaskView } from "#lib/tasks/view.ts";

/** A task whose file is still arriving: how far it is, who sends it, and when nobody does, the way to go on. */
export function WaitingUpload({ task }: { task: TaskView }) {
  const t = useTranslations("detail.upload");
  if (task.source.type !== "upload") return <p className="text-muted">{t("waiting")}</p>;
  return <WaitingFor source={task.source} taskId={task.id} />;
}

function WaitingFor({ source, taskId }: { source: SourceView & { type: "upload" }; taskId: string }) {
  const t = useTranslations("detail.upload");
  const figures = useFigures();
  const mine = useUploads().find((item) => item.uploadId === source.uploadId);
  const { data: upload } = useQuery({ ...uploadQuery(source.uploadId), enabled: mine === undefined });
  const sent = Math.max(mine?.sentBytes ?? 0, upload?.offsetBytes ?? source.offsetBytes);
  const percent = uploadPercent({
    sizeBytes: source.sizeBytes,
    sentBytes: sent,
    state: mine?.state ?? "waiting",
  });
  const isSent = mine !== undefined || (upload?.isArriving ?? source.isArriving);
  return (
    <div className="mt-1 grid gap-2">
      <p className="text-muted">
        {isSent
          ? t("progress", { percent, sent: figures.bytes(sent), size: figures.bytes(source.sizeBytes) })
          : t("standing", { percent, name: source.label })}
        {!isSent && upload?.isMine === false && ` ${t("notYours")}`}
        {mine?.state === "failed" && ` ${t("failed", { reason: mine.error ?? "" })}`}
      </p>
      <ProgressBar percent={percent} label={t("label")} />
      {!isSent && upload?.isMine === true && <ChooseSameFile upload={upload} taskId={taskId} />}
    </div>
  );
}
