"use client";

import { ArrowUp, Ban, RotateCcw, Trash2, X } from "lucide-react";
import { useTranslations } from "next-intl";

import { tasksFor, type BulkAction } from "#components/tasks/list/bulk-dialog.tsx";
import type { FreshTasks } from "#components/tasks/list/use-live-page.ts";
import { Button } from "#components/ui/button.tsx";
import { CursorPager, type PageDirection } from "#components/ui/cursor-pager.tsx";
import type { TaskListItem, TaskPage } from "#lib/tasks/view.ts";

type ListFooterProps = {
  page: TaskPage | undefined;
  selected: readonly TaskListItem[];
  denied: string | null;
  fresh: FreshTasks;
  onFresh: () => void;
  onBulk: (action: BulkAction) => void;
  onClear: () => void;
  onPage: (cursor: string, direction: PageDirection) => void;
};

/** What can be done with the selection, and the way to other pages. Nothing moves when either appears. */
export function ListFooter(props: ListFooterProps) {
  const t = useTranslations("tasks.page");
  const { page, selected, fresh, onPage } = props;
  return (
    <div className="sticky bottom-0 z-20 flex h-12 items-center gap-2 border-t border-border bg-surface px-4 shadow-[0_-4px_12px_-6px_var(--track)] max-md:h-14 lg:px-6 dark:shadow-none">
      {selected.length > 0 && <BulkBar {...props} />}
      {fresh.count > 0 && <FreshPill fresh={fresh} onClick={props.onFresh} className="h-9 md:hidden" />}
      <CursorPager
        page={page}
        onPage={onPage}
        words={{
          label: t("label"),
          newer: t("newer"),
          older: t("older"),
          noNewer: t("noNewer"),
          noOlder: t("noOlder"),
        }}
      />
    </div>
  );
}

function BulkBar({ selected, denied, onBulk, onClear }: ListFooterProps) {
  const t = useTranslations("tasks");
  const reason = (action: BulkAction) =>
    denied ?? (tasksFor(action, selected).length > 0 ? null : t(`bulk.${action}None`));
  return (
    <div
      role="toolbar"
      aria-label={t("select.toolbar")}
      className="-ms-3 flex h-9 items-center gap-1 rounded-lg bg-selected ps-3 pe-1 max-md:hidden"
    >
      <span className="me-2 font-medium" role="status">
        {t("select.count", { count: selected.length })}
      </span>
      <Button size="sm" disabledReason={reason("retry")} onClick={() => onBulk("retry")}>
        <RotateCcw size={16} aria-hidden />
        {t("row.retryFailed")}
      </Button>
      <Button size="sm" disabledReason={reason("cancel")} onClick={() => onBulk("cancel")}>
        <Ban size={16} aria-hidden />
        {t("row.cancel")}
      </Button>
      <Button size="sm" variant="danger" disabledReason={reason("delete")} onClick={() => onBulk("delete")}>
        <Trash2 size={16} aria-hidden />
        {t("row.delete")}
      </Button>
      <Button variant="ghost" size="sm" iconOnly aria-label={t("select.clear")} onClick={onClear}>
        <X size={16} aria-hidden />
      </Button>
    </div>
  );
}

type FreshPillProps = { fresh: FreshTasks; onClick: () => void; className?: string };

/** New rows come only when asked for. */
export function FreshPill({ fresh, onClick, className }: FreshPillProps) {
  const t = useTranslations("tasks");
  return (
    <Button variant="inverse" size="sm" className={className} onClick={onClick}>
      <ArrowUp size={14} aria-hidden />
      {t(fresh.isMore ? "freshMany" : "fresh", { count: fresh.count })}
    </Button>
  );
}
