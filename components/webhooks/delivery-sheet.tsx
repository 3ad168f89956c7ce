"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useTranslations } from "next-intl";
import Link from "next/link";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Fact, Facts } from "#components/ui/card.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Sheet } from "#components/ui/sheet.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { toast } from "#components/ui/toast.tsx";
import { AttemptList } from "#components/webhooks/attempt-list.tsx";
import { DeliveryStateLabel, NextAttempt } from "#components/webhooks/delivery-state.tsx";
import { useDenied } from "#components/webhooks/use-denied.ts";
import { deliveryQuery, WEBHOOKS_KEY } from "#components/webhooks/webhook-queries.ts";
import type { Role } from "#lib/context.ts";
import { api } from "#lib/http/api-client.ts";
import type { DeliveryDetail } from "#lib/webhooks/view.ts";

type DeliverySheetProps = { deliveryId: string | null; role: Role; onClose: () => void };

/** One delivery: what was sent, what came back, and Resend. */
export function DeliverySheet({ deliveryId, role, onClose }: DeliverySheetProps) {
  const t = useTranslations("webhooks");
  const errorText = useErrorText();
  const { data, error } = useQuery({ ...deliveryQuery(deliveryId ?? ""), enabled: deliveryId !== null });
  return (
    <Sheet
      open={deliveryId !== null}
      onOpenChange={(open) => !open && onClose()}
      title={data?.event ?? t("sheet.title")}
      footer={data && <ResendButton delivery={data} role={role} />}
    >
      {data ? (
        <DeliveryFacts delivery={data} role={role} />
      ) : error ? (
        <div className="p-4">
          <Banner role="alert">{errorText(error)}</Banner>
        </div>
      ) : (
        <div className="grid gap-3 p-6" aria-busy>
          <Skeleton className="h-4 w-40" />
          <Skeleton className="h-4 w-64" />
          <Skeleton className="h-32 w-full" />
        </div>
      )}
    </Sheet>
  );
}

function DeliveryFacts({ delivery, role }: { delivery: DeliveryDetail; role: Role }) {
  const t = useTranslations("webhooks");
  const { target, task } = delivery;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5 pb-6">
      <Facts className="px-6 pt-3 pb-0">
        <Fact name={t("columns.state")}>
          <DeliveryStateLabel state={delivery.state} />
        </Fact>
        {delivery.nextAttemptAt !== null && (
          <Fact name={t("columns.next")}>
            <NextAttempt delivery={delivery} />
          </Fact>
        )}
        <Fact name={t("sheet.eventId")}>
          <span className="flex items-center gap-1">
            <span className="min-w-0 truncate font-mono text-xs">{delivery.eventId}</span>
            <CopyButton text={delivery.eventId} size={24} />
          </span>
        </Fact>
        <Fact name={t("columns.receiver")}>
          {target.kind === "output"
            ? t("target.output", { name: target.name ?? "" })
            : t(target.id === null ? "target.deleted" : "target.endpoint")}
        </Fact>
        <Fact name={t("sheet.url")}>
          <span className="font-mono text-xs break-all">{delivery.url}</span>
        </Fact>
        {task !== null && (
          <Fact name={t("columns.task")}>
            <Link href={`/tasks/${task.id}`} className="font-medium text-accent-fg hover:underline">
              {task.name}
            </Link>
          </Fact>
        )}
        <Fact name={t("sheet.created")}>
          <RelativeTime iso={delivery.createdAt} />
        </Fact>
      </Facts>
      <section className="grid grid-cols-[minmax(0,1fr)] gap-2 px-6">
        <h3 className="font-semibold">{t("sheet.request")}</h3>
        <CodeBlock text={pretty(delivery.body)} label={t("sheet.body")} isShort />
      </section>
      <section className="grid grid-cols-[minmax(0,1fr)] gap-2 px-6">
        <h3 className="font-semibold">{t("sheet.attempts", { count: delivery.attempts })}</h3>
        <AttemptList attempts={delivery.tried} role={role} />
      </section>
    </div>
  );
}

function ResendButton({ delivery, role }: { delivery: DeliveryDetail; role: Role }) {
  const t = useTranslations("webhooks.resend");
  const client = useQueryClient();
  const errorText = useErrorText();
  const denied = useDenied(role, "operator");
  const resend = useMutation({
    mutationFn: () => api.post<unknown>(`/webhooks/deliveries/${delivery.id}/resend`),
    onSuccess: () => toast.add({ type: "succeeded", title: t("done") }),
    onError: (error) => toast.add({ type: "failed", title: t("failed"), description: errorText(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: WEBHOOKS_KEY }),
  });
  const isGone = delivery.target.kind === "endpoint" && delivery.target.id === null;
  const blocked = isGone
    ? t("deleted")
    : delivery.isPaused
      ? t("disabled")
      : delivery.state === "pending"
        ? t("pending")
        : null;
  return (
    <Button disabledReason={denied ?? blocked} pending={resend.isPending} onClick={() => resend.mutate()}>
      <RotateCcw size={16} aria-hidden />
      {t("action")}
    </Button>
  );
}

/** Bodies are JSON of ours; indented they can be read. */
function pretty(body: string): string {
  return JSON.stringify(JSON.parse(body), null, 2);
}
