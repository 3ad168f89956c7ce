"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { useFigures } from "#components/tasks/use-figures.ts";
import type { CallbackView, DeliveryRate, EndpointView } from "#lib/webhooks/view.ts";

/** A receiver: address, what it gets, how it went in the last week, and what can be done. */
export function EndpointRow({ endpoint, actions }: { endpoint: EndpointView; actions: ReactNode }) {
  const t = useTranslations("webhooks");
  return (
    <Row
      title={endpoint.url}
      facts={
        <>
          {endpoint.disabledReason === null ? (
            <Tag tone="accent">{t("endpoints.enabled")}</Tag>
          ) : (
            <Tag tone={endpoint.disabledReason === "gone" ? "failed" : "warning"}>
              {t(`endpoints.disabled.${endpoint.disabledReason}`)}
            </Tag>
          )}
          {endpoint.events.map((event) => (
            <Tag key={event} className="font-mono font-normal">
              {event}
            </Tag>
          ))}
          {endpoint.previousSecretUntil !== null && <Tag tone="warning">{t("endpoints.rotating")}</Tag>}
        </>
      }
      rate={endpoint.rate}
      aside={
        <span className="max-md:hidden">
          {t("endpoints.added")} <RelativeTime iso={endpoint.createdAt} />
        </span>
      }
      actions={actions}
    />
  );
}

/** An Output's own callback address. */
export function CallbackRow({ callback, actions }: { callback: CallbackView; actions: ReactNode }) {
  const t = useTranslations("webhooks");
  return (
    <Row
      title={callback.url}
      facts={<Tag>{t("target.output", { name: callback.outputName })}</Tag>}
      rate={callback.rate}
      actions={actions}
    />
  );
}

type RowProps = {
  title: string;
  facts: ReactNode;
  rate: DeliveryRate;
  aside?: ReactNode;
  actions: ReactNode;
};

function Row({ title, facts, rate, aside, actions }: RowProps) {
  return (
    <li className="flex items-center gap-3 border-b border-border px-4 py-3 max-md:items-start lg:px-6">
      <div className="min-w-0 flex-1">
        <p className="truncate font-mono text-sm max-md:break-all max-md:whitespace-normal" title={title}>
          {title}
        </p>
        <div className="mt-1.5 flex flex-wrap gap-1.5">{facts}</div>
        <p className="mt-1.5 text-xs text-subtle md:hidden">
          <Rate rate={rate} />
        </p>
      </div>
      <div className="flex-none text-end text-xs text-subtle max-md:hidden">
        <p className="text-sm text-fg">
          <Rate rate={rate} />
        </p>
        {aside}
      </div>
      <div className="flex-none">{actions}</div>
    </li>
  );
}

/** "98.2 % of 120 in 7 days". */
function Rate({ rate }: { rate: DeliveryRate }) {
  const t = useTranslations("webhooks.endpoints");
  const figures = useFigures();
  const total = rate.delivered + rate.dead;
  if (total === 0) return <>{t("noRate")}</>;
  const share = (rate.delivered / total) * 100;
  // Rounded down: never 100 % while one is missing.
  const rounded = Math.floor(share * 10) / 10;
  const shown = figures.number(rounded, Number.isInteger(rounded) ? 0 : 1);
  return <>{t("rate", { percent: shown, total })}</>;
}
