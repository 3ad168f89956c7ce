"use client";

import { useTranslations } from "next-intl";
import Link from "next/link";
import type { ReactNode } from "react";

import { cn } from "#components/ui/cn.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import {
  DeliveryStateLabel,
  NextAttempt,
  useLatencyWords,
  useOutcomeWords,
} from "#components/webhooks/delivery-state.tsx";
import type { DeliveryView } from "#lib/webhooks/view.ts";

type DeliveryTableProps = {
  deliveries: readonly DeliveryView[];
  onOpen: (deliveryId: string) => void;
  /** On a task's own page its name says nothing. */
  hidesTask?: boolean;
};

const HEAD =
  "h-8 border-b border-border px-3 text-start text-xs font-medium whitespace-nowrap text-subtle first:ps-4 lg:first:ps-6";
const CELL = "h-(--row-h) border-b border-border px-3 first:ps-4 lg:first:ps-6";

/** Deliveries, newest first. On phones: state, event and code; the rest stands in the sheet. */
export function DeliveryTable({ deliveries, onOpen, hidesTask = false }: DeliveryTableProps) {
  const t = useTranslations("webhooks");
  const latency = useLatencyWords();
  const outcome = useOutcomeWords();
  return (
    <table className="w-full table-fixed border-separate border-spacing-0 border-t border-border text-start [[data-card]>&_tr:last-child>td]:border-b-0">
      <caption className="sr-only">{t("deliveries.caption")}</caption>
      <thead>
        <tr>
          <Head className="w-[136px] max-md:w-[124px]">{t("columns.state")}</Head>
          <Head>{t("columns.event")}</Head>
          {!hidesTask && <Head className="max-lg:hidden">{t("columns.task")}</Head>}
          <Head className={hidesTask ? "max-xl:hidden" : "max-lg:hidden"}>{t("columns.receiver")}</Head>
          <Head className="w-[76px] text-end max-md:hidden">{t("columns.attempts")}</Head>
          <Head className="w-[112px] text-end max-md:w-[92px]">{t("columns.code")}</Head>
          <Head className="w-[84px] text-end max-md:hidden">{t("columns.latency")}</Head>
          <Head className="w-[104px] max-md:hidden">{t("columns.next")}</Head>
        </tr>
      </thead>
      <tbody>
        {deliveries.map((delivery) => (
          <tr key={delivery.id} className="relative transition-colors duration-(--dur-fast) hover:bg-hover">
            <td className={CELL}>
              <DeliveryStateLabel state={delivery.state} />
            </td>
            <td className={CELL}>
              <button
                type="button"
                onClick={() => onOpen(delivery.id)}
                aria-label={t("deliveries.open", { event: delivery.event, id: delivery.id })}
                className="-mx-1 block max-w-full truncate rounded-sm px-1 text-start font-medium underline-offset-3 hover:underline"
              >
                {delivery.event}
              </button>
              <RelativeTime iso={delivery.createdAt} className="block truncate text-xs text-subtle" />
            </td>
            {!hidesTask && (
              <td className={cn(CELL, "max-lg:hidden")}>
                {delivery.task === null ? (
                  <span className="text-subtle">–</span>
                ) : (
                  <Link
                    href={`/tasks/${delivery.task.id}`}
                    prefetch={false}
                    title={delivery.task.name}
                    className="block w-fit max-w-full truncate rounded-sm underline-offset-3 hover:underline"
                  >
                    {delivery.task.name}
                  </Link>
                )}
              </td>
            )}
            <td className={cn(CELL, hidesTask ? "max-xl:hidden" : "max-lg:hidden")}>
              <Receiver delivery={delivery} />
            </td>
            <td className={cn(CELL, "text-end tabular-nums max-md:hidden")}>{delivery.attempts}</td>
            <td className={cn(CELL, "truncate text-end tabular-nums")}>
              {outcome({ status: delivery.lastStatus, error: delivery.lastError })}
            </td>
            <td className={cn(CELL, "text-end text-muted tabular-nums max-md:hidden")}>
              {delivery.lastLatencyMs === null ? "–" : latency(delivery.lastLatencyMs)}
            </td>
            <td className={cn(CELL, "truncate text-muted max-md:hidden")}>
              <NextAttempt delivery={delivery} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Head({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <th scope="col" className={cn(HEAD, className)}>
      {children}
    </th>
  );
}

/** Who gets it. */
function Receiver({ delivery }: { delivery: DeliveryView }) {
  const t = useTranslations("webhooks");
  const { target, url } = delivery;
  return (
    <>
      <span className="block truncate" title={url}>
        {url.replace(/^https?:\/\//, "")}
      </span>
      <span className="block truncate text-xs text-subtle">
        {target.kind === "output"
          ? t("target.output", { name: target.name ?? "" })
          : t(target.id === null ? "target.deleted" : "target.endpoint")}
      </span>
    </>
  );
}
