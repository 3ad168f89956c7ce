"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useTranslations } from "next-intl";

import { Select } from "#components/ui/select.tsx";
import { DeliveryList } from "#components/webhooks/delivery-list.tsx";
import { endpointsQuery } from "#components/webhooks/webhook-queries.ts";
import type { Role } from "#lib/context.ts";
import { DELIVERY_STATES } from "#lib/webhooks/status.ts";

const PARAMS = { state: parseAsStringLiteral(DELIVERY_STATES), endpoint: parseAsString };
const ALL = "all";

/** The project's deliveries with their filters, which stand in the address. */
export function DeliveriesPanel({ role }: { role: Role }) {
  const t = useTranslations("webhooks");
  const { data } = useQuery(endpointsQuery());
  const [filters, setFilters] = useQueryStates(PARAMS, { history: "push" });
  const isFiltered = filters.state !== null || filters.endpoint !== null;
  return (
    <>
      <div className="flex flex-wrap gap-2 px-4 pb-3 lg:px-6">
        <Select
          id="delivery-state"
          aria-label={t("columns.state")}
          value={filters.state ?? ALL}
          onValueChange={(value) => void setFilters({ state: value === ALL ? null : value })}
          items={[
            { value: ALL, label: t("deliveries.allStates") },
            ...DELIVERY_STATES.map((state) => ({ value: state, label: t(`state.${state}`) })),
          ]}
        />
        <Select
          id="delivery-endpoint"
          aria-label={t("target.endpoint")}
          className="max-w-72"
          value={filters.endpoint ?? ALL}
          onValueChange={(value) => void setFilters({ endpoint: value === ALL ? null : value })}
          items={[
            { value: ALL, label: t("deliveries.allReceivers") },
            ...(data?.items ?? []).map(({ id, url }) => ({ value: id, label: url })),
          ]}
        />
      </div>
      <DeliveryList
        filters={{ ...filters, task: null }}
        role={role}
        empty={
          isFiltered
            ? { title: t("deliveries.noneFiltered"), body: t("deliveries.noneFilteredBody") }
            : { title: t("deliveries.none"), body: t("deliveries.noneBody") }
        }
      />
    </>
  );
}
