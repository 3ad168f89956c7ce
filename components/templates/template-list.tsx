"use client";

import { useQuery } from "@tanstack/react-query";
import { Layers, Plus, Search, SearchX } from "lucide-react";
import { useTranslations } from "next-intl";
import { useQueryStates } from "nuqs";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { codecName, containerName } from "#components/tasks/media-facts.ts";
import {
  CODEC_FILTERS,
  filterTemplates,
  listParsers,
  TEMPLATE_TABS,
  type TemplateTab,
} from "#components/templates/list-state.ts";
import { CONTAINER_CHOICES } from "#components/templates/template-form.ts";
import { templatesQuery } from "#components/templates/template-queries.ts";
import { TemplateRow } from "#components/templates/template-row.tsx";
import { useDescription } from "#components/templates/use-description.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { TabPanel, Tabs } from "#components/ui/tabs.tsx";
import type { Role } from "#lib/context.ts";
import type { TemplateSummary } from "#lib/templates/view.ts";

/** The templates of the project: tabs, search and filters in the address. */
export function TemplateList({ role }: { role: Role }) {
  const t = useTranslations("templates");
  const errorText = useErrorText();
  const describe = useDescription();
  const [{ tab, ...filters }, setState] = useQueryStates(listParsers, { history: "push" });
  const usable = useQuery(templatesQuery(false));
  const archived = useQuery(templatesQuery(true));
  const denied = role === "viewer" ? t("denied") : null;

  const byTab: Record<TemplateTab, readonly TemplateSummary[] | undefined> = {
    custom: usable.data?.filter(({ kind }) => kind === "custom"),
    predefined: usable.data?.filter(({ kind }) => kind === "predefined"),
    archived: archived.data,
  };
  const shown = byTab[tab];
  const found = shown && filterTemplates(shown, filters, describe);
  const isFiltered = filters.q !== "" || filters.container !== null || filters.codec !== null;
  const error = tab === "archived" ? archived.error : usable.error;
  const reload = () => void Promise.all([usable.refetch(), archived.refetch()]);
  const tabs = TEMPLATE_TABS.filter((name) => name !== "archived" || tab === name || archived.data?.length);

  return (
    <>
      <div className="flex min-h-14 items-center gap-2 px-4 pt-3 pb-2 lg:px-6 lg:pt-4">
        <h1 className="text-lg font-semibold">{t("title")}</h1>
        <div className="ms-auto">
          <NewTemplateButton denied={denied} />
        </div>
      </div>
      <Tabs
        aria-label={t("title")}
        value={tab}
        onValueChange={(next) => void setState({ tab: next })}
        items={tabs.map((name) => ({ value: name, label: t(`tabs.${name}`), count: byTab[name]?.length }))}
        className="flex flex-1 flex-col [&>[role=tablist]]:px-4 lg:[&>[role=tablist]]:px-6"
      >
        {tabs.map((name) => (
          <TabPanel key={name} value={name} className="mt-0 flex-1">
            <div className="flex flex-wrap items-center gap-2 border-b border-border px-4 py-2 lg:px-6">
              <Input
                size="sm"
                type="search"
                aria-label={t("search")}
                placeholder={t("search")}
                value={filters.q}
                maxLength={200}
                onChange={(event) => void setState({ q: event.target.value || null }, { history: "replace" })}
                start={<Search size={16} aria-hidden />}
                boxClassName="max-md:basis-full md:w-64"
              />
              <Select
                className="max-md:min-w-0 max-md:flex-1"
                id="container-filter"
                aria-label={t("filter.container")}
                value={filters.container ?? "all"}
                onValueChange={(next) => void setState({ container: next === "all" ? null : next })}
                items={[
                  { value: "all", label: t("filter.anyContainer") },
                  ...CONTAINER_CHOICES.map((value) => ({ value, label: containerName(value) })),
                ]}
              />
              <Select
                className="max-md:min-w-0 max-md:flex-1"
                id="codec-filter"
                aria-label={t("filter.codec")}
                value={filters.codec ?? "all"}
                onValueChange={(next) => void setState({ codec: next === "all" ? null : next })}
                items={[
                  { value: "all", label: t("filter.anyCodec") },
                  ...CODEC_FILTERS.map((value) => ({
                    value,
                    label: value === "audio" ? t("filter.audio") : codecName(value),
                  })),
                ]}
              />
            </div>
            {error && (
              <Banner role="alert" className="m-4" action={<Button onClick={reload}>{t("retry")}</Button>}>
                {errorText(error)}
              </Banner>
            )}
            {found === undefined && !error && <LoadingRows />}
            {found && found.length > 0 && (
              <ul>
                {found.map((template) => (
                  <TemplateRow key={template.id} template={template} denied={denied} onChanged={reload} />
                ))}
              </ul>
            )}
            {found?.length === 0 && isFiltered && (
              <EmptyState
                icon={<SearchX size={20} aria-hidden />}
                title={t("empty.noMatch")}
                action={
                  <Button onClick={() => void setState({ q: null, container: null, codec: null })}>
                    {t("empty.clear")}
                  </Button>
                }
              />
            )}
            {found?.length === 0 && !isFiltered && (
              <EmptyState
                icon={<Layers size={20} aria-hidden />}
                title={t(`empty.${name}.title`)}
                action={name === "custom" && <NewTemplateButton denied={denied} />}
              >
                {t(`empty.${name}.body`)}
              </EmptyState>
            )}
          </TabPanel>
        ))}
      </Tabs>
    </>
  );
}

function NewTemplateButton({ denied }: { denied: string | null }) {
  const t = useTranslations("templates");
  const content = (
    <>
      <Plus size={16} aria-hidden />
      {t("new")}
    </>
  );
  return denied === null ? (
    <ButtonLink href="/templates/new" variant="primary" className="max-md:h-10">
      {content}
    </ButtonLink>
  ) : (
    <Button variant="primary" disabledReason={denied} className="max-md:h-10">
      {content}
    </Button>
  );
}

function LoadingRows() {
  const t = useTranslations("common");
  return (
    <div role="status" aria-label={t("loading")}>
      {[0, 1, 2].map((row) => (
        <div key={row} className="flex h-28 items-start gap-6 border-b border-border px-4 py-4 lg:px-6">
          <Skeleton className="h-5 flex-1" />
          <Skeleton className="h-16 w-64" />
        </div>
      ))}
    </div>
  );
}
