"use client";

import { useTranslations } from "next-intl";
import { useRef, useState, type RefObject } from "react";

import { FilesChoice } from "#components/tasks/list/delete-dialog.tsx";
import { runEach, type RunResult } from "#components/tasks/list/run-each.ts";
import { isSourceGone, retryChoice } from "#components/tasks/retry-choice.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { useErrorText } from "#components/layout/use-error-text.ts";
import { api } from "#lib/http/api-client.ts";
import { isSettled } from "#lib/tasks/status.ts";
import type { TaskListItem } from "#lib/tasks/view.ts";

export type BulkAction = "retry" | "cancel" | "delete";

const FITS: Record<BulkAction, (task: TaskListItem) => boolean> = {
  retry: (task) => retryChoice(task)?.what === "failed" && !isSourceGone(task),
  cancel: ({ status }) => !isSettled(status),
  delete: ({ status }) => status !== "running",
};

/**
 * Which of the tasks the action fits now: only failed jobs are retried, what has ended cannot be canceled, what runs
 * cannot be deleted.
 */
export function tasksFor(action: BulkAction, tasks: readonly TaskListItem[]): TaskListItem[] {
  return tasks.filter(FITS[action]);
}

const CALLS: Record<BulkAction, (id: string, withFiles: boolean) => Promise<unknown>> = {
  retry: (id) => api.post(`/tasks/${id}/retry`, {}),
  cancel: (id) => api.post(`/tasks/${id}/cancel`),
  delete: (id, withFiles) => api.delete(`/tasks/${id}`, { query: { files: withFiles || undefined } }),
};
/** What became of it, in the catalogue. */
const DONE = { retry: "retried", cancel: "canceled", delete: "deleted" } as const;

type BulkDialogProps = {
  action: BulkAction;
  tasks: readonly TaskListItem[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDone: (ids: readonly string[]) => void;
};

/** What will and what won't be affected; then how far it is; then what became of it. */
export function BulkDialog({ action, tasks, open, onOpenChange, onDone }: BulkDialogProps) {
  const t = useTranslations("tasks.bulk");
  const errorText = useErrorText();
  const [withFiles, setWithFiles] = useState(false);
  const [finished, setFinished] = useState<number | null>(null);
  const [result, setResult] = useState<RunResult | null>(null);
  const stop = useRef<AbortController>(undefined);
  const dismiss = useRef<HTMLButtonElement>(null);
  // Fixed when it starts: rows may settle meanwhile.
  const [chosen, setChosen] = useState<readonly TaskListItem[] | null>(null);
  const able = chosen ?? tasksFor(action, tasks);
  const rest = tasks.length - able.length;
  const jobs = able.reduce((sum, task) => sum + (retryChoice(task)?.jobs.length ?? 0), 0);
  const isRunning = finished !== null && result === null;

  async function run() {
    const ids = able.map(({ id }) => id);
    setChosen(able);
    setFinished(0);
    stop.current = new AbortController();
    const act = (id: string) => CALLS[action](id, withFiles);
    setResult(await runEach(ids, act, { signal: stop.current.signal, onProgress: setFinished }));
    onDone(ids);
  }

  function close() {
    if (isRunning) return;
    onOpenChange(false);
  }

  return (
    <Dialog
      open={open}
      onOpenChange={close}
      isAlert
      initialFocus={dismiss}
      title={t(`${action}Title`, { count: able.length })}
      description={
        <>
          <p>{t(`${action}Body`, { count: jobs })}</p>
          {rest > 0 && chosen === null && (
            <p className="mt-1">{t(`${action}Some`, { able: able.length, total: tasks.length, rest })}</p>
          )}
        </>
      }
      footer={
        result !== null ? (
          <Button ref={dismiss} onClick={() => onOpenChange(false)}>
            {t("close")}
          </Button>
        ) : isRunning ? (
          <Button ref={dismiss} onClick={() => stop.current?.abort()}>
            {t("stop")}
          </Button>
        ) : (
          <>
            <DismissButton ref={dismiss} onClick={close} />
            <Button variant={action === "retry" ? "primary" : "dangerPrimary"} onClick={() => void run()}>
              {t(`${action}Confirm`, { count: able.length })}
            </Button>
          </>
        )
      }
    >
      {action === "delete" && finished === null && (
        <FilesChoice
          label={t("deleteFiles")}
          hint={t("filesHint")}
          checked={withFiles}
          onChange={setWithFiles}
        />
      )}
      {isRunning && (
        <div role="status">
          <progress
            className="block h-1.5 w-full appearance-none overflow-hidden rounded-xs bg-track [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-track [&::-webkit-progress-value]:bg-accent"
            value={finished}
            max={able.length}
            aria-label={t("progress", { done: finished, total: able.length })}
          />
          <p className="mt-2 text-muted">{t("progress", { done: finished, total: able.length })}</p>
        </div>
      )}
      {result !== null && (
        <div role="status" className="grid gap-2">
          <p>{t(DONE[action], { count: result.done })}</p>
          {result.failures.length > 0 && (
            <>
              <p className="text-failed-fg">{t("failed", { count: result.failures.length })}</p>
              <ul className="grid gap-1 text-muted">
                {result.failures.map(({ id, error }) => (
                  <li key={id}>
                    <span className="font-medium text-fg">
                      {able.find((task) => task.id === id)?.name ?? id}
                    </span>{" "}
                    {errorText(error)}
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      )}
    </Dialog>
  );
}

function DismissButton(props: { ref: RefObject<HTMLButtonElement | null>; onClick: () => void }) {
  const t = useTranslations("common");
  return <Button {...props}>{t("keep")}</Button>;
}
