"use client";

import { useQuery } from "@tanstack/react-query";
import { ListX, RotateCw, ScrollText } from "lucide-react";
import { useTimeZone, useTranslations } from "next-intl";
import { useSearchParams } from "next/navigation";
import { useMemo } from "react";

import { AuditFilterBar } from "#components/audit/audit-filter-bar.tsx";
import { auditQuery } from "#components/audit/audit-query.ts";
import {
  buildAuditState,
  EMPTY_AUDIT_STATE,
  isFiltered,
  parseAuditState,
  toAuditQuery,
  type AuditState,
} from "#components/audit/audit-state.ts";
import { AuditTable } from "#components/audit/audit-table.tsx";
import { PageHead } from "#components/layout/page-head.tsx";
import { useErrorText } from "#components/layout/use-error-text.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { CursorPager, type PageDirection } from "#components/ui/cursor-pager.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { useNow } from "#components/ui/now.tsx";
import type { AuditPage } from "#lib/audit/view.ts";

/** The audit log, for an admin: filters and page in the address. */
export function AuditLog() {
  const t = useTranslations("audit");
  const errorText = useErrorText();
  const timeZone = useTimeZone() ?? "UTC";
  const now = useNow();
  const [state, setState] = useAuditState();
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery(
    auditQuery(toAuditQuery(state, now, timeZone)),
  );
  return (
    <>
      <PageHead title={t("title")}>
        <Button pending={isFetching} onClick={() => void refetch()}>
          <RotateCw size={16} aria-hidden />
          {t("refresh")}
        </Button>
      </PageHead>
      <AuditFilterBar state={state} onChange={setState} />
      {error && (
        <div className="px-4 pb-3 lg:px-6">
          <Banner tone={data ? "partial" : "failed"} role="alert">
            {errorText(error)}
          </Banner>
        </div>
      )}
      <div className="flex-1">
        {data?.items.length === 0 ? (
          <div className="border-t border-border">
            <Empty state={state} onChange={setState} />
          </div>
        ) : (
          data && <AuditTable entries={data.items} isBusy={isPlaceholderData} />
        )}
      </div>
      <Pages
        page={data}
        onPage={(cursor, direction) => {
          setState({ ...state, cursor, direction });
          window.scrollTo({ top: 0 });
        }}
      />
    </>
  );
}

type SetState = (next: AuditState, options?: { replace?: boolean }) => void;

/** The state is in the address alone. Setting it asks the API, not the page, for rows; Back restores. */
function useAuditState(): [AuditState, SetState] {
  const text = useSearchParams().toString();
  const state = useMemo(() => parseAuditState(new URLSearchParams(text)), [text]);
  const setState: SetState = (next, { replace = false } = {}) => {
    const query = buildAuditState(next).toString();
    const url = query === "" ? "/audit" : `/audit?${query}`;
    if (url === `${window.location.pathname}${window.location.search}`) return;
    if (replace) window.history.replaceState(null, "", url);
    else window.history.pushState(null, "", url);
  };
  return [state, setState];
}

function Empty({ state, onChange }: { state: AuditState; onChange: SetState }) {
  const t = useTranslations("audit.empty");
  if (isFiltered(state) || state.cursor !== null)
    return (
      <EmptyState
        icon={<ListX size={20} aria-hidden />}
        title={t("filtered")}
        action={<Button onClick={() => onChange(EMPTY_AUDIT_STATE)}>{t("clear")}</Button>}
      >
        {t("filteredBody")}
      </EmptyState>
    );
  return (
    <EmptyState icon={<ScrollText size={20} aria-hidden />} title={t("title")}>
      {t("body")}
    </EmptyState>
  );
}

type PagesProps = {
  page: AuditPage | undefined;
  onPage: (cursor: string, direction: PageDirection) => void;
};

function Pages({ page, onPage }: PagesProps) {
  const t = useTranslations("audit.page");
  return (
    <div className="sticky bottom-0 z-20 flex h-12 items-center border-t border-border bg-surface px-4 shadow-[0_-4px_12px_-6px_var(--track)] max-md:h-14 lg:px-6 dark:shadow-none">
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
