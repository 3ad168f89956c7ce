"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, Search, Terminal } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useId, useMemo, useState } from "react";

import { LogLines } from "#components/tasks/detail/log-lines.tsx";
import { taskLogQuery } from "#components/tasks/detail/task-log-query.ts";
import { useFigures } from "#components/tasks/use-figures.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button, buttonVariants } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { apiUrl } from "#lib/http/api-client.ts";
import { isSettled } from "#lib/tasks/status.ts";
import type { TaskLogLine, TaskView } from "#lib/tasks/view.ts";

const LEVELS = ["all", "command", "warning", "error"] as const;
type LevelFilter = (typeof LEVELS)[number];

/** The command first, then what the tools said: filtered, searched, followed, linked by line. */
export function LogPanel({ task, line }: { task: TaskView; line: number | null }) {
  const t = useTranslations("detail.log");
  const figures = useFigures();
  const client = useQueryClient();
  const id = useId();
  const isRunning = !isSettled(task.status);
  const log = useQuery(taskLogQuery(client, task.id, isRunning));
  const [level, setLevel] = useState<LevelFilter>("all");
  const [text, setText] = useState("");
  const [isFollowing, setIsFollowing] = useState(isRunning && line === null);
  const [shownLine, setShownLine] = useState(line);
  // A link to a line shows that line, whatever was filtered before.
  if (line !== shownLine) {
    setShownLine(line);
    setLevel("all");
    setText("");
    setIsFollowing(false);
  }

  const { refetch } = log;
  useEffect(() => {
    // The last lines arrive with the end of the task, after the last poll.
    void refetch();
  }, [refetch, task.logLineCount, isRunning]);

  const lines = log.data;
  const shown = useMemo(() => filterLines(lines ?? [], level, text), [lines, level, text]);
  const commands = useMemo(
    () => (lines ?? []).filter((one) => one.level === "command" && one.attempt === task.attempt),
    [lines, task.attempt],
  );

  if (lines === undefined)
    return log.error ? (
      <Banner
        role="alert"
        action={
          <Button size="sm" onClick={() => void refetch()}>
            {t("again")}
          </Button>
        }
      >
        {t("failed")} {log.error.message}
      </Banner>
    ) : (
      <Skeleton className="h-80 w-full" />
    );
  if (lines.length === 0)
    return (
      <EmptyState icon={<Terminal size={20} aria-hidden />} title={t("empty")}>
        {isRunning ? t("emptyRunning") : t("emptyEnded")}
      </EmptyState>
    );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {commands.map((command, index) => (
        <CodeBlock
          key={command.line}
          text={command.text}
          label={t("command", { index: index + 1, total: commands.length })}
          isShort
        />
      ))}
      <div className="flex flex-wrap items-center gap-2">
        <label id={`${id}-level-label`} htmlFor={`${id}-level`} className="sr-only">
          {t("level")}
        </label>
        <Select
          id={`${id}-level`}
          value={level}
          onValueChange={setLevel}
          items={LEVELS.map((value) => ({ value, label: t(`levels.${value}`) }))}
        />
        <Input
          type="search"
          size="sm"
          aria-label={t("search")}
          placeholder={t("search")}
          value={text}
          onChange={(event) => setText(event.target.value)}
          start={<Search size={16} aria-hidden />}
          boxClassName="w-56 max-md:flex-1"
        />
        <span role="status" className="text-xs text-subtle">
          {shown.length === lines.length
            ? t("count", { count: lines.length })
            : t("countOf", { shown: figures.number(shown.length), total: figures.number(lines.length) })}
        </span>
        <div className="ms-auto flex gap-2">
          {isRunning && (
            <Button
              size="md"
              variant="ghost"
              aria-pressed={isFollowing}
              onClick={() => setIsFollowing(!isFollowing)}
            >
              {isFollowing && <span className="live-dot" />}
              {isFollowing ? t("following") : t("follow")}
            </Button>
          )}
          <a
            href={apiUrl(`/tasks/${encodeURIComponent(task.id)}/logs`, { format: "text" })}
            download
            className={cn(buttonVariants({ variant: "secondary" }))}
          >
            <Download size={16} aria-hidden />
            {t("download")}
          </a>
        </div>
      </div>
      {log.error && <Banner tone="partial">{t("stale")}</Banner>}
      {shown.length === 0 ? (
        <p className="rounded-lg border border-border bg-sunken px-4 py-6 text-center text-muted">
          {t("noMatch")}
        </p>
      ) : (
        <LogLines
          lines={shown}
          target={line}
          isFollowing={isFollowing && isRunning}
          onLeaveTail={() => setIsFollowing(false)}
        />
      )}
    </div>
  );
}

function filterLines(
  lines: readonly TaskLogLine[],
  level: LevelFilter,
  text: string,
): readonly TaskLogLine[] {
  const wanted = text.trim().toLowerCase();
  if (level === "all" && wanted === "") return lines;
  return lines.filter(
    (line) =>
      (level === "all" || line.level === level || (level === "warning" && line.level === "error")) &&
      (wanted === "" || line.text.toLowerCase().includes(wanted)),
  );
}
