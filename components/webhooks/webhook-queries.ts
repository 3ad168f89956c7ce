import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { api } from "#lib/http/api-client.ts";
import type { DeliveryState } from "#lib/webhooks/status.ts";
import type { DeliveryDetail, DeliveryPage, EndpointList } from "#lib/webhooks/view.ts";

/** Deliveries send no live messages: while one is under way they are asked for this often. */
const BUSY_MS = 2_000;
const QUIET_MS = 15_000;
/** A retry that is hours away is no reason to hurry. */
const SOON_MS = 15_000;

export type DeliveryFilters = { state: DeliveryState | null; endpoint: string | null; task: string | null };

/** Everything of this page starts with this key. */
export const WEBHOOKS_KEY = ["webhooks"] as const;

/** Endpoints and Output callbacks. The server hydrates the same key. */
export function endpointsQuery() {
  return queryOptions({
    queryKey: [...WEBHOOKS_KEY, "endpoints"],
    queryFn: ({ signal }) => api.get<EndpointList>("/webhooks/endpoints", { signal }),
    refetchInterval: QUIET_MS,
  });
}

/** Deliveries, newest first, page after page. */
export function deliveriesQuery(filters: DeliveryFilters) {
  return infiniteQueryOptions({
    queryKey: [...WEBHOOKS_KEY, "deliveries", filters],
    queryFn: ({ pageParam, signal }) =>
      api.get<DeliveryPage>("/webhooks/deliveries", { query: { ...filters, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) => {
      const items = state.data?.pages.flatMap((page) => page.items) ?? [];
      return items.some(isBusy) ? BUSY_MS : QUIET_MS;
    },
  });
}

/** One delivery with its attempts. */
export function deliveryQuery(deliveryId: string) {
  return queryOptions({
    queryKey: [...WEBHOOKS_KEY, "delivery", deliveryId],
    queryFn: ({ signal }) =>
      api.get<DeliveryDetail>(`/webhooks/deliveries/${encodeURIComponent(deliveryId)}`, { signal }),
    refetchInterval: ({ state: { data } }) => (data && isBusy(data) ? BUSY_MS : QUIET_MS),
  });
}

function isBusy({ isPaused, nextAttemptAt }: DeliveryPage["items"][number]): boolean {
  return !isPaused && nextAttemptAt !== null && Date.parse(nextAttemptAt) - Date.now() < SOON_MS;
}
