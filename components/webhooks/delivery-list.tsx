"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { parseAsString, useQueryState } from "nuqs";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { DeliverySheet } from "#components/webhooks/delivery-sheet.tsx";
import { DeliveryTable } from "#components/webhooks/delivery-table.tsx";
import { deliveriesQuery, type DeliveryFilters } from "#components/webhooks/webhook-queries.ts";
import type { Role } from "#lib/context.ts";

type DeliveryListProps = {
  filters: DeliveryFilters;
  role: Role;
  /** Nothing there: why, and what would make some. */
  empty: { title: string; body: ReactNode };
  hidesTask?: boolean;
};

/** Deliveries that a filter gives, page after page, and the sheet of the one that the address names. */
export function DeliveryList({ filters, role, empty, hidesTask = false }: DeliveryListProps) {
  const t = useTranslations("webhooks.deliveries");
  const errorText = useErrorText();
  const [open, setOpen] = useQueryState("delivery", parseAsString.withOptions({ history: "push" }));
  const query = useInfiniteQuery(deliveriesQuery(filters));
  const deliveries = query.data?.pages.flatMap((page) => page.items);
  return (
    <>
      {query.error && (
        <Banner
          role="alert"
          className="mx-4 my-3 lg:mx-6"
          action={
            <Button size="sm" onClick={() => void query.refetch()}>
              {t("again")}
            </Button>
          }
        >
          {errorText(query.error)}
        </Banner>
      )}
      {deliveries === undefined ? (
        !query.error && (
          <div className="grid gap-5 border-t border-border px-4 py-4 lg:px-6" aria-busy>
            {Array.from({ length: 6 }, (_, index) => (
              <Skeleton key={index} className="h-4 w-full" />
            ))}
          </div>
        )
      ) : deliveries.length === 0 ? (
        <EmptyState
          icon={<Send size={20} aria-hidden />}
          title={empty.title}
          className="border-t border-border"
        >
          {empty.body}
        </EmptyState>
      ) : (
        <DeliveryTable deliveries={deliveries} onOpen={(id) => void setOpen(id)} hidesTask={hidesTask} />
      )}
      {query.hasNextPage && (
        <div className="flex justify-center py-3">
          <Button pending={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("older")}
          </Button>
        </div>
      )}
      <DeliverySheet deliveryId={open} role={role} onClose={() => void setOpen(null)} />
    </>
  );
}
