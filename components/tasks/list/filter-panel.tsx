"use client";

import { useQuery } from "@tanstack/react-query";
import { useTimeZone, useTranslations } from "next-intl";

import { dateInZone, startOfDate } from "#components/tasks/list/day-in-zone.ts";
import { CREATED_RANGES, type ListState } from "#components/tasks/list/list-state.ts";
import { outputChoicesQuery, templateChoicesQuery } from "#components/tasks/list/task-list-queries.ts";
import { StatusIcon } from "#components/ui/status-icon.tsx";
import { FilterChoice, FilterDate } from "#components/ui/filter-fields.tsx";
import type { TaskFilters } from "#lib/tasks/schema.ts";
import { TASK_STATUSES } from "#lib/tasks/status.ts";

type FilterPanelProps = { state: ListState; onChange: (state: ListState) => void };

/** Every filter; a change takes effect at once. */
export function FilterPanel({ state, onChange }: FilterPanelProps) {
  const t = useTranslations("tasks.filter");
  const tStatus = useTranslations("common.status");
  const templates = useQuery(templateChoicesQuery());
  const outputs = useQuery(outputChoicesQuery());
  const set = (filters: Partial<TaskFilters>) =>
    onChange({ ...state, filters: { ...state.filters, ...filters }, cursor: null });
  const { filters } = state;
  return (
    <div className="grid gap-4">
      <fieldset>
        <legend className="mb-1 font-medium">{t("status")}</legend>
        <div className="grid grid-cols-2 gap-x-3">
          {TASK_STATUSES.map((status) => (
            <label key={status} className="flex min-h-7 items-center gap-2 max-md:min-h-10">
              <input
                type="checkbox"
                className="check"
                checked={filters.status.includes(status)}
                onChange={(event) =>
                  set({
                    status: event.target.checked
                      ? TASK_STATUSES.filter((one) => one === status || filters.status.includes(one))
                      : filters.status.filter((one) => one !== status),
                  })
                }
              />
              <StatusIcon status={status} percent={40} size={14} />
              {tStatus(status)}
            </label>
          ))}
        </div>
      </fieldset>
      <FilterChoice
        labelClassName={LABEL}
        label={t("template")}
        value={filters.template}
        onChange={(template) => set({ template })}
      >
        <option value="">{t("any")}</option>
        <Known value={filters.template} known={templates.data?.items.map(({ name }) => name)} />
        {templates.data?.items.map(({ id, name }) => (
          <option key={id} value={name}>
            {name}
          </option>
        ))}
      </FilterChoice>
      <FilterChoice
        labelClassName={LABEL}
        label={t("output")}
        value={filters.outputId}
        onChange={(outputId) => set({ outputId })}
      >
        <option value="">{t("any")}</option>
        <Known value={filters.outputId} known={outputs.data?.items.map(({ id }) => id)} />
        {outputs.data?.items.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </FilterChoice>
      {(templates.error || outputs.error) && (
        <p role="status" className="text-xs text-failed-fg">
          {t("loadFailed")}
        </p>
      )}
      <CreatedChoice state={state} onChange={onChange} />
    </div>
  );
}

/** A chosen value that the list does not (yet) have is an option all the same: the select must show what filters. */
function Known({ value, known }: { value: string; known: string[] | undefined }) {
  return value === "" || known?.includes(value) ? null : <option value={value}>{value}</option>;
}

function CreatedChoice({ state, onChange }: FilterPanelProps) {
  const t = useTranslations("tasks.filter");
  const timeZone = useTimeZone() ?? "UTC";
  const { filters, created } = state;
  const isRange = created === null && (filters.from !== "" || filters.to !== "");
  const setRange = (range: { from?: string; to?: string }) =>
    onChange({ ...state, filters: { ...filters, ...range }, created: null, cursor: null });
  // `to` is exclusive: the day that is shown is the last one inside.
  const fromDate = filters.from === "" ? "" : dateInZone(Date.parse(filters.from), timeZone);
  const toDate = filters.to === "" ? "" : dateInZone(Date.parse(filters.to) - 1, timeZone);
  const toIso = (date: string, addDays: number) => {
    const start = startOfDate(date, timeZone, addDays);
    return start === null ? "" : new Date(start).toISOString();
  };

  return (
    <div className="grid gap-2">
      <FilterChoice
        labelClassName={LABEL}
        label={t("created")}
        value={created ?? (isRange ? "range" : "")}
        onChange={(value) => {
          const range = CREATED_RANGES.find((one) => one === value) ?? null;
          const today = dateInZone(Date.now(), timeZone);
          onChange({
            ...state,
            filters: { ...filters, from: value === "range" ? toIso(today, 0) : "", to: "" },
            created: range,
            cursor: null,
          });
        }}
      >
        <option value="">{t("any")}</option>
        {CREATED_RANGES.map((range) => (
          <option key={range} value={range}>
            {t(`created_${range}`)}
          </option>
        ))}
        <option value="range">{t("created_range")}</option>
      </FilterChoice>
      {isRange && (
        <div className="grid grid-cols-2 gap-2">
          <FilterDate
            label={t("from")}
            value={fromDate}
            onChange={(date) => setRange({ from: toIso(date, 0) })}
          />
          <FilterDate label={t("to")} value={toDate} onChange={(date) => setRange({ to: toIso(date, 1) })} />
        </div>
      )}
    </div>
  );
}

const LABEL = "mb-1 block font-medium";
