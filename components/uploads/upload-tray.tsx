"use client";

import { CircleCheck } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";

import { Button } from "#components/ui/button.tsx";
import { FailedCircle, ProgressRing } from "#components/ui/icons.tsx";
import { Popover } from "#components/ui/popover.tsx";
import { isUnfinished, type UploadItem } from "#components/uploads/upload-item.ts";
import { UploadRow } from "#components/uploads/upload-row.tsx";
import { useUploadQueue, useUploads } from "#components/uploads/uploads-provider.tsx";

/** The header's view of the uploads, on every page; nothing when there are none. */
export function UploadTray() {
  const t = useTranslations("create.uploads");
  const queue = useUploadQueue();
  const uploads = useUploads();
  if (uploads.length === 0) return null;
  const unfinished = uploads.filter(isUnfinished);
  const percent = totalPercent(uploads);
  const label =
    unfinished.length === 0
      ? t("allDone", { count: uploads.length })
      : t("tray", { count: unfinished.length, percent });
  return (
    <Popover
      aria-label={t("title")}
      align="end"
      className="w-96 p-0"
      trigger={
        <Button variant="ghost" aria-label={label} className="max-lg:w-8 max-lg:px-0">
          {uploads.some(({ state }) => state === "failed") ? (
            <FailedCircle className="text-failed" />
          ) : unfinished.length === 0 ? (
            <CircleCheck size={16} aria-hidden className="text-succeeded!" />
          ) : (
            <ProgressRing percent={percent} className="text-running" />
          )}
          <span className="text-muted max-lg:hidden">{t("count", { count: uploads.length })}</span>
        </Button>
      }
    >
      <div className="flex h-11 items-center gap-2 border-b border-border px-4">
        <h2 className="font-semibold">{t("title")}</h2>
        {uploads.some(({ state, taskId }) => state === "done" && taskId !== null) && (
          <Button size="sm" variant="ghost" className="ms-auto" onClick={() => queue.clearFinished()}>
            {t("clear")}
          </Button>
        )}
      </div>
      <ul className="max-h-[60dvh] overflow-y-auto">
        {uploads.map((item) => (
          <TrayItem key={item.key} item={item} />
        ))}
      </ul>
    </Popover>
  );
}

function TrayItem({ item }: { item: UploadItem }) {
  const t = useTranslations("create.uploads");
  const href = item.taskId === null ? "/tasks/new" : `/tasks/${encodeURIComponent(item.taskId)}`;
  return (
    <>
      <UploadRow item={item} />
      <li className="-mt-px border-b border-border px-3 pb-2 ps-10 text-xs last:border-0">
        <Link href={href} className="font-medium text-accent-fg hover:underline">
          {item.taskId === null ? t("noTask") : t("openTask")}
        </Link>
      </li>
    </>
  );
}

/** Of all bytes together; files that are done count too, so that the ring never runs backwards. */
function totalPercent(uploads: readonly UploadItem[]): number {
  const size = uploads.reduce((sum, item) => sum + item.sizeBytes, 0);
  const sent = uploads.reduce(
    (sum, item) => sum + (item.state === "done" ? item.sizeBytes : item.sentBytes),
    0,
  );
  return size === 0 ? 0 : Math.min(99, Math.floor((sent / size) * 100));
}
