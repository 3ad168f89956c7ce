"use client";

import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { HardDriveUpload, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryState } from "nuqs";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { outputsQuery } from "#components/outputs/output-queries.ts";
import { OutputTable } from "#components/outputs/output-table.tsx";
import { Banner } from "#components/ui/banner.tsx";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { TabPanel, Tabs } from "#components/ui/tabs.tsx";
import type { Role } from "#lib/context.ts";
import type { OutputSummary } from "#lib/outputs/view.ts";

const TABS = ["used", "archived"] as const;

/** Where the project's files go, and how that fares. */
export function OutputList({ role }: { role: Role }) {
  const t = useTranslations("outputs");
  const [tab, setTab] = useQueryState(
    "tab",
    parseAsStringLiteral(TABS).withDefault("used").withOptions({ history: "push" }),
  );
  const lists = { used: useQuery(outputsQuery(false)), archived: useQuery(outputsQuery(true)) };
  const isAdmin = role === "admin";
  const tabs = TABS.filter((name) => name === "used" || tab === name || lists.archived.data?.length);
  return (
    <>
      <div className="flex min-h-14 items-center gap-2 px-4 pt-3 pb-2 lg:px-6 lg:pt-4">
        <h1 className="text-lg font-semibold">{t("title")}</h1>
        {isAdmin && (
          <div className="ms-auto">
            <AddLink />
          </div>
        )}
      </div>
      <Tabs
        aria-label={t("title")}
        value={tab}
        onValueChange={(next) => void setTab(next)}
        items={tabs.map((name) => ({
          value: name,
          label: t(`tabs.${name}`),
          count: lists[name].data?.length,
        }))}
        className="[&>[role=tablist]]:border-b-0 [&>[role=tablist]]:px-4 lg:[&>[role=tablist]]:px-6"
      >
        {tabs.map((name) => (
          <TabPanel key={name} value={name} className="mt-0">
            <Listed name={name} query={lists[name]} isAdmin={isAdmin} />
          </TabPanel>
        ))}
      </Tabs>
    </>
  );
}

type ListQuery = UseQueryResult<OutputSummary[]>;

function Listed({
  name,
  query,
  isAdmin,
}: {
  name: (typeof TABS)[number];
  query: ListQuery;
  isAdmin: boolean;
}) {
  const t = useTranslations("outputs");
  const common = useTranslations("common");
  const errorText = useErrorText();
  const { data, error } = query;
  return (
    <>
      {error && (
        <Banner
          role="alert"
          className="m-4"
          action={<Button onClick={() => void query.refetch()}>{t("retry")}</Button>}
        >
          {errorText(error)}
        </Banner>
      )}
      {data === undefined && !error && (
        <div role="status" aria-label={common("loading")} className="border-t border-border">
          {[0, 1, 2].map((row) => (
            <div key={row} className="flex h-14 items-center border-b border-border px-4 lg:px-6">
              <Skeleton className="h-5 w-full" />
            </div>
          ))}
        </div>
      )}
      {data && data.length > 0 && <OutputTable outputs={data} isAdmin={isAdmin} />}
      {data?.length === 0 && (
        <EmptyState
          icon={<HardDriveUpload size={20} aria-hidden />}
          title={t(`empty.${name}.title`)}
          action={name === "used" && isAdmin && <AddLink />}
          className="border-t border-border"
        >
          {t(`empty.${name}.body`)}
        </EmptyState>
      )}
    </>
  );
}

function AddLink() {
  const t = useTranslations("outputs");
  return (
    <ButtonLink href="/outputs/new" variant="primary" className="max-md:h-10">
      <Plus size={16} aria-hidden />
      {t("new")}
    </ButtonLink>
  );
}
