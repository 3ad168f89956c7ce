"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormatter, useLocale, useTranslations } from "next-intl";

import type { ListState } from "#components/tasks/list/list-state.ts";
import { outputChoicesQuery } from "#components/tasks/list/task-list-queries.ts";
import { FilterChip } from "#components/ui/filter-chip.tsx";
import type { TaskFilters } from "#lib/tasks/schema.ts";

type FilterChipsProps = { state: ListState; onChange: (state: ListState) => void };

/** What narrows the list, each with its way out. The search text is in its own field. */
export function FilterChips({ state, onChange }: FilterChipsProps) {
  const t = useTranslations("tasks.filter");
  const tStatus = useTranslations("common.status");
  const locale = useLocale();
  const format = useFormatter();
  const { filters, created } = state;
  const outputs = useQuery({ ...outputChoicesQuery(), enabled: filters.outputId !== "" });
  const set = (change: Partial<TaskFilters>) =>
    onChange({ ...state, filters: { ...filters, ...change }, cursor: null });

  const day = (time: number) => format.dateTime(new Date(time), { dateStyle: "medium" });
  const from = filters.from === "" ? null : day(Date.parse(filters.from));
  const to = filters.to === "" ? null : day(Date.parse(filters.to) - 1);
  const range =
    from !== null && to !== null
      ? t("rangeBoth", { from, to })
      : from !== null
        ? t("rangeFrom", { from })
        : to !== null
          ? t("rangeTo", { to })
          : null;
  const separator = locale === "zh-CN" ? "、" : ", ";

  const chips = [
    filters.status.length > 0 && {
      label: t("status"),
      value: filters.status.map((status) => tStatus(status)).join(separator),
      onRemove: () => set({ status: [] }),
    },
    filters.template !== "" && {
      label: t("template"),
      value: filters.template,
      onRemove: () => set({ template: "" }),
    },
    filters.outputId !== "" && {
      label: t("output"),
      value: outputs.data?.items.find(({ id }) => id === filters.outputId)?.name ?? filters.outputId,
      onRemove: () => set({ outputId: "" }),
    },
    (created !== null || range !== null) && {
      label: t("created"),
      value: created === null ? range : t(`created_${created}`),
      onRemove: () =>
        onChange({ ...state, filters: { ...filters, from: "", to: "" }, created: null, cursor: null }),
    },
  ].filter((chip) => chip !== false);

  return chips.map((chip) => (
    <FilterChip
      key={chip.label}
      label={t("chip", { name: chip.label })}
      value={chip.value}
      removeLabel={t("remove", { name: chip.label })}
      onRemove={chip.onRemove}
    />
  ));
}
