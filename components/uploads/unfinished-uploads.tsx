"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState, useSyncExternalStore } from "react";

import { useFigures } from "#components/tasks/use-figures.ts";
import { Button } from "#components/ui/button.tsx";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import { ChooseSameFile } from "#components/uploads/choose-same-file.tsx";
import { forgetUpload, listSavedUploads, type SavedUpload } from "#components/uploads/saved-uploads.ts";
import { deleteTusUpload, uploadIdOf } from "#components/uploads/tus-calls.ts";
import { uploadPercent } from "#components/uploads/upload-item.ts";
import { uploadQuery } from "#components/uploads/upload-query.ts";
import { useUploads } from "#components/uploads/uploads-provider.tsx";
import { ApiError } from "#lib/http/api-client.ts";

/** Uploads that an earlier visit began and did not finish: the same file goes on from where it stopped. */
export function UnfinishedUploads() {
  const t = useTranslations("create.uploads");
  const sending = useUploads();
  const isInBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const [forgotten, setForgotten] = useState<readonly string[]>([]);
  if (!isInBrowser) return null;
  const isElsewhere = ({ key, address }: SavedUpload) =>
    !forgotten.includes(key) &&
    !sending.some((item) => item.key === key || item.uploadId === uploadIdOf(address));
  const saved = listSavedUploads().filter(isElsewhere);
  if (saved.length === 0) return null;
  return (
    <section aria-label={t("unfinished")} className="rounded-lg border border-border bg-sunken px-4 py-3">
      <p className="font-medium">{t("unfinished")}</p>
      <ul className="mt-2 grid gap-4">
        {saved.map((one) => (
          <UnfinishedUpload
            key={one.key}
            saved={one}
            onForget={() => {
              forgetUpload(one.key);
              setForgotten([...forgotten, one.key]);
            }}
          />
        ))}
      </ul>
    </section>
  );
}

function UnfinishedUpload({ saved, onForget }: { saved: SavedUpload; onForget: () => void }) {
  const t = useTranslations("create.uploads");
  const figures = useFigures();
  const id = uploadIdOf(saved.address);
  const { data: upload, error } = useQuery(uploadQuery(id));
  const [problem, setProblem] = useState<string | null>(null);
  const { name, sizeBytes } = saved;
  const isGone =
    upload?.state === "removed" ||
    upload?.isMine === false ||
    (error instanceof ApiError && error.code === "not_found");

  const remove = async () => {
    try {
      // What a task waits for stays; only this browser forgets it.
      if (saved.taskId === null) await deleteTusUpload(saved.address);
      onForget();
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  const percent = uploadPercent({ sizeBytes, sentBytes: upload?.offsetBytes ?? 0, state: "waiting" });
  return (
    <li className="grid gap-1">
      <p className="flex items-center gap-2">
        <span className="min-w-0 truncate font-medium" title={name}>
          {name}
        </span>
        <span className="flex-none text-xs text-subtle">{figures.bytes(sizeBytes)}</span>
        {saved.taskId !== null && (
          <Link
            href={`/tasks/${encodeURIComponent(saved.taskId)}`}
            className="flex-none text-xs font-medium text-accent-fg hover:underline"
          >
            {t("openTask")}
          </Link>
        )}
        <Button size="sm" variant="ghost" className="ms-auto" onClick={() => void remove()}>
          {t(saved.taskId === null ? "removeOne" : "forget")}
        </Button>
      </p>
      {isGone ? (
        <p className="text-xs text-subtle">{t("gone", { name })}</p>
      ) : (
        upload && (
          <>
            <ProgressBar percent={percent} label={name} className="h-1" />
            <p className="text-xs text-subtle">{t(wordOf(upload), { percent })}</p>
            {!upload.isArriving && <ChooseSameFile upload={upload} taskId={saved.taskId} />}
          </>
        )
      )}
      {(problem ?? (isGone ? null : error?.message)) && (
        <p role="alert" className="text-xs text-failed-fg">
          {problem ?? error?.message}
        </p>
      )}
    </li>
  );
}

function wordOf({ state, isArriving }: { state: string; isArriving: boolean }) {
  if (state === "complete") return "arrivedWhole";
  return isArriving ? "arrivingElsewhere" : "arrived";
}

const never = () => () => undefined;
