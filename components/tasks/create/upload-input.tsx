"use client";

import { useTranslations } from "next-intl";

import { ProbeCard } from "#components/tasks/create/probe-card.tsx";
import { ProbeRow } from "#components/tasks/create/probe-row.tsx";
import { useFieldError } from "#components/tasks/create/use-field-error.ts";
import { useSources } from "#components/tasks/create/use-sources.ts";
import { DropZone } from "#components/ui/drop-zone.tsx";
import { FieldError } from "#components/ui/field.tsx";
import { UnfinishedUploads } from "#components/uploads/unfinished-uploads.tsx";
import { UploadRow } from "#components/uploads/upload-row.tsx";
import { useUploadQueue, useUploads } from "#components/uploads/uploads-provider.tsx";

/** Files of this computer: dropped or chosen, sent at once, each one task. */
export function UploadInput() {
  const t = useTranslations("create.input");
  const probeWords = useTranslations("create.probe");
  const queue = useUploadQueue();
  const uploads = useUploads().filter(({ taskId }) => taskId === null);
  const error = useFieldError("mode");
  const sources = useSources({ mode: "upload", urls: "", sample: "", uploads, samples: [], kept: null });
  const [first] = sources;
  return (
    <div className="grid gap-4">
      <DropZone
        title={t("drop")}
        hint={t("dropHint")}
        accept="video/*,audio/*,.mkv,.mxf,.ts,.m2ts,.mts,.flv,.mov,.webm"
        onFiles={(files) => queue.add(files)}
        isCompact={uploads.length > 0}
      />
      <FieldError id="upload" error={error} />
      <UnfinishedUploads />
      {uploads.length > 0 && (
        <ul aria-label={t("files")} className="rounded-lg border border-border">
          {uploads.map((item) => (
            <UploadRow key={item.key} item={item} />
          ))}
        </ul>
      )}
      {sources.length > 1 && (
        <ul aria-label={t("checks")} className="rounded-lg border border-border bg-sunken">
          {sources.map((source) => (
            <ProbeRow key={source.key} source={source} />
          ))}
        </ul>
      )}
      {sources.length === 1 && first && !first.isReadable && (
        <p className="text-xs text-subtle">{probeWords("onArrival")}</p>
      )}
      {sources.length === 1 && first && <ProbeCard source={first} />}
    </div>
  );
}
