"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Terminal } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId } from "react";

import { taskLogQuery } from "#components/tasks/detail/task-log-query.ts";
import { cn } from "#components/ui/cn.ts";
import { isSettled } from "#lib/tasks/status.ts";
import type { TaskLogLine, TaskView } from "#lib/tasks/view.ts";

const TONE: Record<TaskLogLine["level"], string> = {
  command: "text-fg",
  info: "text-muted",
  warning: "text-partial-fg",
  error: "bg-failed-soft text-failed-fg",
};

/** The command and the last lines of the log, below the jobs; around the last error when the task failed. */
export function LogPeek({ task, onOpen }: { task: TaskView; onOpen: (line: number | null) => void }) {
  const t = useTranslations("detail.log");
  const client = useQueryClient();
  const id = useId();
  const isRunning = !isSettled(task.status);
  const { data: lines = [] } = useQuery({
    ...taskLogQuery(client, task.id, isRunning),
    enabled: task.logLineCount > 0,
  });
  if (lines.length === 0) return null;
  const hasFailed = task.status === "failed" || task.status === "partial";
  const errorIndex = hasFailed ? lines.findLastIndex(({ level }) => level === "error") : -1;
  const shown =
    errorIndex === -1
      ? withCommand(lines, task.attempt)
      : lines.slice(Math.max(0, errorIndex - 2), errorIndex + 2);
  const target = lines[errorIndex]?.line ?? null;
  return (
    <section aria-labelledby={id} className="overflow-hidden rounded-lg border border-border bg-sunken">
      <div className="flex h-10 items-center gap-2 border-b border-border px-4">
        <Terminal size={16} aria-hidden className="text-muted" />
        <h2 id={id} className="font-medium">
          {errorIndex === -1 ? (isRunning ? t("peekFollowing") : t("peek")) : t("peekError")}
        </h2>
        <button
          type="button"
          onClick={() => onOpen(target)}
          className="ms-auto text-xs font-medium text-accent-fg underline-offset-3 hover:underline"
        >
          {t("open")}
        </button>
      </div>
      <ol
        tabIndex={0}
        aria-label={t("lines")}
        className="overflow-x-auto py-2 font-mono text-xs/5 tracking-[-0.01em]"
      >
        {shown.map((line) => (
          <li
            key={line.line}
            className={cn("flex w-max min-w-full gap-4 px-4 whitespace-pre", TONE[line.level])}
          >
            <span className="w-9 flex-none text-right text-subtle select-none">{line.line}</span>
            {line.level === "command" ? `$ ${line.text}` : line.text}
          </li>
        ))}
      </ol>
    </section>
  );
}

function withCommand(lines: readonly TaskLogLine[], attempt: number): TaskLogLine[] {
  const command = lines.findLast((line) => line.level === "command" && line.attempt === attempt);
  const tail = lines.slice(-3).filter((line) => line !== command);
  return command ? [command, ...tail] : tail;
}
