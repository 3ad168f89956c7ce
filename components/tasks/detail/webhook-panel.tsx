"use client";

import { useTranslations } from "next-intl";

import { Card } from "#components/ui/card.tsx";
import { DeliveryList } from "#components/webhooks/delivery-list.tsx";
import type { Role } from "#lib/context.ts";

/** Who was told of this task's end, and how that went. */
export function WebhookPanel({ taskId, role }: { taskId: string; role: Role }) {
  const t = useTranslations("webhooks.task");
  return (
    <Card data-card className="overflow-hidden [&>*:first-child]:border-t-0">
      <DeliveryList
        filters={{ state: null, endpoint: null, task: taskId }}
        role={role}
        empty={{ title: t("none"), body: t("noneBody") }}
        hidesTask
      />
    </Card>
  );
}
