"use client";

import { useTranslations } from "next-intl";
import { useLayoutEffect, useRef, useState } from "react";

import { cn } from "#components/ui/cn.ts";
import type { TaskLogLine } from "#lib/tasks/view.ts";

/** Every line has this height, so that only those in view need to exist; a line number is a target of 24 px. */
const LINE_PX = 24;
const OVERSCAN_LINES = 40;
const FIRST_VIEW_LINES = 60;

const TONE: Record<TaskLogLine["level"], string> = {
  command: "text-fg",
  info: "text-muted",
  warning: "text-partial-fg",
  error: "bg-failed-soft text-failed-fg",
};

type LogLinesProps = {
  lines: readonly TaskLogLine[];
  /** The line that the address links to; scrolled to and marked. */
  target: number | null;
  isFollowing: boolean;
  /** The reader scrolled up while following. */
  onLeaveTail: () => void;
};

/** A window on a long log. */
export function LogLines({ lines, target, isFollowing, onLeaveTail }: LogLinesProps) {
  const t = useTranslations("detail.log");
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const targetIndex = target === null ? -1 : lines.findIndex(({ line }) => line === target);

  useLayoutEffect(() => {
    if (isFollowing && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [isFollowing, lines.length]);
  useLayoutEffect(() => {
    if (targetIndex === -1 || !box.current) return;
    box.current.scrollTop = Math.max(0, targetIndex * LINE_PX - 4 * LINE_PX);
    box.current.scrollIntoView({ block: "nearest" });
  }, [targetIndex]);

  const first = Math.max(0, Math.floor(top / LINE_PX) - OVERSCAN_LINES);
  const shown = lines.slice(first, first + FIRST_VIEW_LINES + 2 * OVERSCAN_LINES);
  const widest = Math.max(4, String(lines.at(-1)?.line ?? 0).length);
  return (
    <div
      ref={box}
      tabIndex={0}
      role="region"
      aria-label={t("lines")}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        setTop(scrollTop);
        if (isFollowing && scrollHeight - scrollTop - clientHeight > 3 * LINE_PX) onLeaveTail();
      }}
      className="max-h-[min(60dvh,40rem)] overflow-auto rounded-lg border border-border bg-sunken py-2 font-mono text-xs/6 tracking-[-0.01em]"
    >
      <ol
        className="relative w-max min-w-full"
        style={{
          paddingTop: first * LINE_PX,
          paddingBottom: Math.max(0, lines.length - first - shown.length) * LINE_PX,
        }}
      >
        {shown.map((line) => (
          <li
            key={line.line}
            className={cn(
              "flex h-6 gap-4 px-4 whitespace-pre",
              TONE[line.level],
              line.line === target && "bg-selected",
            )}
          >
            <a
              href={`#L${line.line}`}
              aria-label={t("linkTo", { line: line.line })}
              className="flex-none text-right text-subtle select-none hover:text-accent-fg hover:underline"
              style={{ width: `${widest}ch` }}
            >
              {line.line}
            </a>
            <span>{line.level === "command" ? `$ ${line.text}` : line.text}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
