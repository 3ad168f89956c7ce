"use client";

import { useQuery } from "@tanstack/react-query";
import { useTimeZone, useTranslations } from "next-intl";

import { accessKeysQuery } from "#components/access-keys/access-keys-query.ts";
import { EMPTY_AUDIT_STATE, isFiltered, type AuditState } from "#components/audit/audit-state.ts";
import { ObjectField } from "#components/audit/object-field.tsx";
import { dateInZone, startOfDate } from "#components/tasks/list/day-in-zone.ts";
import { CREATED_RANGES } from "#components/tasks/list/list-state.ts";
import { Button } from "#components/ui/button.tsx";
import { FilterChoice, FilterDate } from "#components/ui/filter-fields.tsx";
import { usersQuery } from "#components/users/users-queries.ts";
import { AUDIT_ACTIONS, NOBODY, type AuditFilters } from "#lib/audit/schema.ts";

type AuditFilterBarProps = {
  state: AuditState;
  onChange: (state: AuditState, options?: { replace?: boolean }) => void;
};

/** Who, what, on what, when; a change takes effect at once. */
export function AuditFilterBar({ state, onChange }: AuditFilterBarProps) {
  const t = useTranslations("audit");
  const { filters } = state;
  const set = (change: Partial<AuditFilters>, options?: { replace?: boolean }) =>
    onChange({ ...state, filters: { ...filters, ...change }, cursor: null }, options);
  return (
    <div
      role="search"
      aria-label={t("filter.label")}
      className="flex flex-wrap items-end gap-3 px-4 pb-3 max-md:grid max-md:grid-cols-2 lg:px-6"
    >
      <ActorChoice value={filters.actor} onChange={(actor) => set({ actor })} />
      <FilterChoice
        className="md:w-44"
        label={t("filter.action")}
        value={filters.action}
        onChange={(value) => set({ action: AUDIT_ACTIONS.find((one) => one === value) ?? "" })}
      >
        <option value="">{t("filter.any")}</option>
        {AUDIT_ACTIONS.map((action) => (
          <option key={action} value={action}>
            {t(`actions.${action}`)}
          </option>
        ))}
      </FilterChoice>
      <ObjectField value={filters.object} onChange={(object) => set({ object }, { replace: true })} />
      <TimeChoice state={state} onChange={onChange} />
      {isFiltered(state) && (
        <Button variant="ghost" className="text-muted" onClick={() => onChange(EMPTY_AUDIT_STATE)}>
          {t("filter.clear")}
        </Button>
      )}
    </div>
  );
}

type ChoiceProps = { value: string; onChange: (value: string) => void };

/** Everybody who can act: users, access keys (revoked ones too), and who proved no identity. */
function ActorChoice({ value, onChange }: ChoiceProps) {
  const t = useTranslations("audit.filter");
  const users = useQuery(usersQuery());
  const keys = useQuery(accessKeysQuery());
  const known = [
    NOBODY,
    ...(users.data?.items ?? []).map(({ id }) => id),
    ...(keys.data?.items ?? []).map(({ id }) => id),
  ];
  return (
    <FilterChoice className="md:w-44" label={t("actor")} value={value} onChange={onChange}>
      <option value="">{t("any")}</option>
      {/* A chosen one that the lists do not (yet) have: the select must show what filters. */}
      {value !== "" && !known.includes(value) && <option value={value}>{value}</option>}
      <option value={NOBODY}>{t("nobody")}</option>
      <optgroup label={t("users")}>
        {users.data?.items.map(({ id, name, email }) => (
          <option key={id} value={id}>
            {t("user", { name, email })}
          </option>
        ))}
      </optgroup>
      {keys.data && keys.data.items.length > 0 && (
        <optgroup label={t("keys")}>
          {keys.data.items.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </optgroup>
      )}
    </FilterChoice>
  );
}

function TimeChoice({ state, onChange }: AuditFilterBarProps) {
  const t = useTranslations("audit.filter");
  const timeZone = useTimeZone() ?? "UTC";
  const { filters, range } = state;
  const isCustom = range === null && (filters.from !== "" || filters.to !== "");
  const toIso = (date: string, addDays: number) => {
    const start = startOfDate(date, timeZone, addDays);
    return start === null ? "" : new Date(start).toISOString();
  };
  const setDates = (dates: { from?: string; to?: string }) =>
    onChange({ ...state, filters: { ...filters, ...dates }, range: null, cursor: null });
  return (
    <>
      <FilterChoice
        className="md:w-44"
        label={t("time")}
        value={range ?? (isCustom ? "custom" : "")}
        onChange={(value) => {
          const next = CREATED_RANGES.find((one) => one === value) ?? null;
          const from = value === "custom" ? toIso(dateInZone(Date.now(), timeZone), 0) : "";
          onChange({ ...state, filters: { ...filters, from, to: "" }, range: next, cursor: null });
        }}
      >
        <option value="">{t("any")}</option>
        {CREATED_RANGES.map((one) => (
          <option key={one} value={one}>
            {t(`times.${one}`)}
          </option>
        ))}
        <option value="custom">{t("times.custom")}</option>
      </FilterChoice>
      {isCustom && (
        <>
          <FilterDate
            label={t("from")}
            value={filters.from === "" ? "" : dateInZone(Date.parse(filters.from), timeZone)}
            onChange={(date) => setDates({ from: toIso(date, 0) })}
          />
          {/* `to` is exclusive: the day that is shown is the last one inside. */}
          <FilterDate
            label={t("to")}
            value={filters.to === "" ? "" : dateInZone(Date.parse(filters.to) - 1, timeZone)}
            onChange={(date) => setDates({ to: toIso(date, 1) })}
          />
        </>
      )}
    </>
  );
}
