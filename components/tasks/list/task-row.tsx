"use client";

import { Ellipsis } from "lucide-react";
import { useTranslations } from "next-intl";
import Link from "next/link";
import { memo, type ReactNode } from "react";

import { RowMenu, type RowMenuActions } from "#components/tasks/list/row-menu.tsx";
import { TaskStatusCell } from "#components/tasks/list/task-status-cell.tsx";
import { Took } from "#components/tasks/list/took.tsx";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Thumbnail } from "#components/ui/thumbnail.tsx";
import type { TaskListItem } from "#lib/tasks/view.ts";

type TaskRowProps = {
  task: TaskListItem;
  isSelected: boolean;
  onSelect: (id: string, isSelected: boolean) => void;
  menu: RowMenuActions;
};

const CELL = "h-(--row-h) border-b border-border px-3 max-md:h-auto max-md:border-0 max-md:p-0";

/**
 * A row of the table; below 768 px the same elements are laid out as a card. The roles are written out because browsers
 * drop a table's own when its display changes.
 */
export const TaskRow = memo(function TaskRow({ task, isSelected, onSelect, menu }: TaskRowProps) {
  const t = useTranslations("tasks");
  const creator = task.createdBy.kind === "system" ? t("system") : task.createdBy.name;
  return (
    <tr
      role="row"
      data-task={task.id}
      aria-selected={isSelected}
      className={cn(
        "group transition-colors duration-(--dur-fast) hover:bg-hover aria-selected:bg-selected",
        "max-md:relative max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-y-2 max-md:border-b max-md:border-border max-md:px-4 max-md:py-3",
      )}
    >
      <td role="cell" className={cn(CELL, "ps-6 pe-0 max-md:hidden")}>
        <label className="-m-2 grid size-8 place-items-center">
          <input
            type="checkbox"
            className="check"
            checked={isSelected}
            onChange={(event) => onSelect(task.id, event.target.checked)}
            aria-label={t("select.one", { name: task.name })}
          />
        </label>
      </td>
      <td role="cell" className={cn(CELL, "max-md:order-3 max-md:col-span-2")}>
        <TaskStatusCell task={task} />
      </td>
      <td role="cell" className={cn(CELL, "max-md:order-1")}>
        <div className="@container flex min-w-0 items-center gap-3">
          <Thumbnail src={task.thumbnailUrl} className="max-md:h-9 max-md:w-16 md:@max-[272px]:hidden" />
          <div className="min-w-0 flex-1">
            <Link
              href={`/tasks/${task.id}`}
              prefetch={false}
              title={task.name}
              className="-mx-1 -my-0.5 block w-fit max-w-[calc(100%+8px)] truncate rounded-sm px-1 py-0.5 font-medium underline-offset-3 -outline-offset-2 hover:underline max-md:text-base max-md:after:absolute max-md:after:inset-0 max-md:after:rounded-none"
            >
              {task.name}
            </Link>
            <span className="block truncate font-mono text-xs tracking-[-0.01em] text-subtle max-md:hidden">
              {task.id}
            </span>
            <span className="hidden truncate text-xs text-subtle max-md:block">
              <TemplateNames task={task} /> · <RelativeTime iso={task.createdAt} />
            </span>
          </div>
          <CopyButton
            text={task.id}
            className="-me-2 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 focus-visible:opacity-100 max-xl:hidden [@media(hover:none)]:opacity-100"
          />
        </div>
      </td>
      <td role="cell" className={cn(CELL, "max-xl:hidden")}>
        <TwoLines
          first={<TemplateNames task={task} />}
          second={
            task.templates.length === 1
              ? t("row.version", { version: task.templates[0]?.version ?? 0 })
              : t("row.templates", { count: task.templates.length })
          }
        />
      </td>
      <td role="cell" className={cn(CELL, "max-[1360px]:hidden")}>
        <TwoLines first={task.output.name} second={<OutputType type={task.output.type} />} />
      </td>
      <td role="cell" className={cn(CELL, "max-md:hidden")}>
        <TwoLines first={<RelativeTime iso={task.createdAt} />} second={creator} title={creator} />
      </td>
      <td role="cell" className={cn(CELL, "text-end text-muted max-md:hidden")}>
        <Took startedAt={task.startedAt} finishedAt={task.finishedAt} />
      </td>
      <td role="cell" className={cn(CELL, "ps-0 pe-4 max-md:order-2")}>
        <RowMenu
          task={task}
          actions={menu}
          render={
            <Button
              variant="ghost"
              size="sm"
              iconOnly
              aria-label={t("row.actions", { name: task.name })}
              className="max-md:relative max-md:z-1 max-md:-me-2 max-md:-mt-1 max-md:size-10"
            >
              <Ellipsis size={16} aria-hidden />
            </Button>
          }
        />
      </td>
    </tr>
  );
});

function TemplateNames({ task }: { task: TaskListItem }) {
  const t = useTranslations("tasks.row");
  const first = task.templates[0]?.name ?? "";
  const rest = task.templates.length - 1;
  return (
    <span title={task.templates.map(({ name }) => name).join(", ")}>
      {rest > 0 ? t("more", { name: first, count: rest }) : first}
    </span>
  );
}

function OutputType({ type }: { type: string }) {
  const t = useTranslations("tasks.outputType");
  return <>{type === "local" || type === "s3" ? t(type) : type}</>;
}

function TwoLines({ first, second, title }: { first: ReactNode; second: ReactNode; title?: string }) {
  return (
    <>
      <span className="block h-5 truncate">{first}</span>
      <span className="block h-4 truncate text-xs text-subtle" title={title}>
        {second}
      </span>
    </>
  );
}
