"use client";

import { useTranslations } from "next-intl";
import { useState, useSyncExternalStore } from "react";

import { ProbeCard } from "#components/tasks/create/probe-card.tsx";
import { useFieldError } from "#components/tasks/create/use-field-error.ts";
import { useSources } from "#components/tasks/create/use-sources.ts";
import { Button } from "#components/ui/button.tsx";
import { DropZone } from "#components/ui/drop-zone.tsx";
import { FieldError } from "#components/ui/field.tsx";
import { forgetUpload, listSavedUploads, type SavedUpload } from "#components/uploads/saved-uploads.ts";
import { UploadRow } from "#components/uploads/upload-row.tsx";
import { useUploadQueue, useUploads } from "#components/uploads/uploads-provider.tsx";

/** Files of this computer: dropped or chosen, sent at once, each one task. */
export function UploadInput() {
  const t = useTranslations("create.input");
  const queue = useUploadQueue();
  const uploads = useUploads().filter(({ taskId }) => taskId === null);
  const error = useFieldError("mode");
  const sources = useSources({ mode: "upload", urls: "", sample: "", uploads, samples: [], kept: null });
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
      <Unfinished keys={uploads.map(({ key }) => key)} />
      {uploads.length > 0 && (
        <ul aria-label={t("files")} className="rounded-lg border border-border">
          {uploads.map((item) => (
            <UploadRow key={item.key} item={item} />
          ))}
        </ul>
      )}
      {sources.length === 1 && sources[0] && <ProbeCard source={sources[0]} />}
    </div>
  );
}

/** Uploads that an earlier visit began and did not finish: the same file goes on from where it stopped. */
function Unfinished({ keys }: { keys: readonly string[] }) {
  const t = useTranslations("create.input");
  const isInBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const [forgotten, setForgotten] = useState<readonly string[]>([]);
  if (!isInBrowser) return null;
  const saved: SavedUpload[] = listSavedUploads().filter(
    ({ key }) => !keys.includes(key) && !forgotten.includes(key),
  );
  if (saved.length === 0) return null;
  return (
    <div className="rounded-lg border border-border bg-sunken px-4 py-3">
      <p className="text-muted">{t("unfinished")}</p>
      <ul>
        {saved.map(({ key, name }) => (
          <li key={key} className="flex items-center gap-2">
            <span className="min-w-0 truncate font-medium">{name}</span>
            <Button
              size="sm"
              variant="ghost"
              onClick={() => {
                forgetUpload(key);
                setForgotten([...forgotten, key]);
              }}
            >
              {t("forget")}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

const never = () => () => undefined;
