"use client";

import { Plus } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { Button } from "#components/ui/button.tsx";
import { TabPanel, Tabs } from "#components/ui/tabs.tsx";
import { AddEndpointDialog } from "#components/webhooks/add-endpoint-dialog.tsx";
import { DeliveriesPanel } from "#components/webhooks/deliveries-panel.tsx";
import { EndpointsPanel } from "#components/webhooks/endpoints-panel.tsx";
import { SecretDialog, type ShownSecret } from "#components/webhooks/secret-dialog.tsx";
import { useDenied } from "#components/webhooks/use-denied.ts";
import type { Role } from "#lib/context.ts";

const TABS = ["endpoints", "deliveries"] as const;

/** Who is told when a task ends, and how that went. */
export function WebhooksPage({ role }: { role: Role }) {
  const t = useTranslations("webhooks");
  const denied = useDenied(role, "admin");
  const [tab, setTab] = useQueryState(
    "tab",
    parseAsStringLiteral(TABS).withDefault("endpoints").withOptions({ history: "push" }),
  );
  const [adding, setAdding] = useState<number | null>(null);
  const [shown, setShown] = useState<ShownSecret | null>(null);
  const addButton = (
    <Button
      variant="primary"
      className="max-md:h-10"
      disabledReason={denied}
      onClick={() => setAdding(Date.now())}
    >
      <Plus size={16} aria-hidden />
      {t("add.open")}
    </Button>
  );
  return (
    <div className="mx-auto w-full max-w-page pb-12">
      <div className="flex min-h-14 items-center gap-2 px-4 pt-3 pb-2 lg:px-6 lg:pt-4">
        <h1 className="text-lg font-semibold">{t("title")}</h1>
        <div className="ms-auto">{addButton}</div>
      </div>
      <Tabs
        aria-label={t("title")}
        value={tab}
        onValueChange={(next) => void setTab(next)}
        items={TABS.map((value) => ({ value, label: t(`tabs.${value}`) }))}
        className="[&>[role=tablist]]:px-4 lg:[&>[role=tablist]]:px-6"
      >
        <TabPanel value="endpoints" className="mt-0">
          <EndpointsPanel
            denied={denied}
            addButton={addButton}
            onSecret={setShown}
            onTested={() => void setTab("deliveries")}
          />
        </TabPanel>
        <TabPanel value="deliveries">
          <DeliveriesPanel role={role} />
        </TabPanel>
      </Tabs>
      {adding !== null && (
        <AddEndpointDialog
          key={adding}
          open
          onOpenChange={() => setAdding(null)}
          onAdded={({ secret }) => {
            setAdding(null);
            setShown({ secret, why: "created" });
          }}
        />
      )}
      <SecretDialog shown={shown} onClose={() => setShown(null)} />
    </div>
  );
}
