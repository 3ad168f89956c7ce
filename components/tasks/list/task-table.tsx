"use client";

import { ArrowDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, type ReactNode } from "react";

import type { RowMenuActions } from "#components/tasks/list/row-menu.tsx";
import { TaskRow } from "#components/tasks/list/task-row.tsx";
import { cn } from "#components/ui/cn.ts";
import { Skeleton } from "#components/ui/skeleton.tsx";
import type { TaskListItem } from "#lib/tasks/view.ts";

type TaskTableProps = {
  /** Undefined while the first ones are on their way: ten skeletons of the same height. */
  tasks: readonly TaskListItem[] | undefined;
  selected: ReadonlySet<string>;
  onSelect: (id: string, isSelected: boolean) => void;
  onSelectPage: (isSelected: boolean) => void;
  menu: RowMenuActions;
  isChanging: boolean;
};

const HEAD =
  "sticky top-12 z-10 h-8 border-b border-border bg-surface px-3 text-start text-xs font-medium whitespace-nowrap text-subtle";
const SKELETON_ROWS = 10;

/** The tasks, newest first. */
export function TaskTable({ tasks, selected, onSelect, onSelectPage, menu, isChanging }: TaskTableProps) {
  const t = useTranslations("tasks");
  return (
    <table
      role="table"
      aria-busy={tasks === undefined || isChanging}
      className={cn(
        "w-full table-fixed border-separate border-spacing-0 border-t border-border text-start transition-opacity duration-(--dur-base) max-md:block",
        isChanging && "opacity-60",
      )}
    >
      <caption className="sr-only">{t("caption")}</caption>
      <thead role="rowgroup" className="max-md:hidden">
        <tr role="row">
          <th role="columnheader" scope="col" className={cn(HEAD, "w-12 ps-6 pe-0")}>
            <PageCheckbox tasks={tasks ?? []} selected={selected} onChange={onSelectPage} />
          </th>
          <Head className="w-[262px] max-xl:w-[242px]">{t("columns.status")}</Head>
          <Head>{t("columns.task")}</Head>
          <Head className="w-[168px] max-xl:hidden">{t("columns.template")}</Head>
          <Head className="w-[128px] max-[1360px]:hidden">{t("columns.output")}</Head>
          <th role="columnheader" scope="col" aria-sort="descending" className={cn(HEAD, "w-[112px]")}>
            <span className="inline-flex items-center gap-1 text-fg">
              {t("columns.created")}
              <ArrowDown size={14} aria-hidden />
            </span>
          </th>
          <Head className="w-[80px] text-end">{t("columns.took")}</Head>
          <Head className="w-12">
            <span className="sr-only">{t("columns.actions")}</span>
          </Head>
        </tr>
      </thead>
      <tbody role="rowgroup" className="max-md:block">
        {tasks === undefined
          ? Array.from({ length: SKELETON_ROWS }, (_, index) => <SkeletonRow key={index} />)
          : tasks.map((task) => (
              <TaskRow
                key={task.id}
                task={task}
                isSelected={selected.has(task.id)}
                onSelect={onSelect}
                menu={menu}
              />
            ))}
      </tbody>
    </table>
  );
}

function Head({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <th role="columnheader" scope="col" className={cn(HEAD, className)}>
      {children}
    </th>
  );
}

type PageCheckboxProps = Pick<TaskTableProps, "selected"> & {
  tasks: readonly TaskListItem[];
  onChange: (isSelected: boolean) => void;
};

function PageCheckbox({ tasks, selected, onChange }: PageCheckboxProps) {
  const t = useTranslations("tasks.select");
  const box = useRef<HTMLInputElement>(null);
  const count = tasks.filter(({ id }) => selected.has(id)).length;
  const isAll = tasks.length > 0 && count === tasks.length;
  const isSome = count > 0 && !isAll;
  useEffect(() => {
    if (box.current) box.current.indeterminate = isSome;
  }, [isSome]);
  return (
    <label className="-m-2 grid size-8 place-items-center">
      <input
        ref={box}
        type="checkbox"
        className="check"
        checked={isAll}
        disabled={tasks.length === 0}
        onChange={(event) => onChange(event.target.checked)}
        aria-label={t("page")}
      />
    </label>
  );
}

function SkeletonRow() {
  const cell = "h-(--row-h) border-b border-border px-3";
  return (
    <tr role="row" aria-hidden className="max-md:block max-md:h-[101px]">
      <td role="cell" className={cn(cell, "ps-6 pe-0 max-md:hidden")}>
        <Skeleton className="size-4" />
      </td>
      <td role="cell" className={cn(cell, "max-md:hidden")}>
        <Skeleton className="h-3 w-24" />
        <Skeleton className="mt-2 h-2 w-40 max-w-full" />
      </td>
      <td role="cell" className={cn(cell, "max-md:block max-md:h-full")}>
        <div className="flex items-center gap-3 max-md:pt-3">
          <Skeleton className="h-7 w-12 max-md:h-9 max-md:w-16" />
          <div className="flex-1">
            <Skeleton className="h-3 w-44 max-w-full" />
            <Skeleton className="mt-2 h-2 w-28 max-w-full" />
          </div>
        </div>
      </td>
      <td role="cell" className={cn(cell, "max-xl:hidden")}>
        <Skeleton className="h-3 w-28" />
      </td>
      <td role="cell" className={cn(cell, "max-[1360px]:hidden")}>
        <Skeleton className="h-3 w-20" />
      </td>
      <td role="cell" className={cn(cell, "max-md:hidden")}>
        <Skeleton className="h-3 w-16" />
      </td>
      <td role="cell" className={cn(cell, "max-md:hidden")}>
        <Skeleton className="ms-auto h-3 w-8" />
      </td>
      <td role="cell" className={cn(cell, "max-md:hidden")} />
    </tr>
  );
}
