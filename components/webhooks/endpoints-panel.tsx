"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Webhook } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, type ReactNode } from "react";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { toast } from "#components/ui/toast.tsx";
import { EndpointMenu, type EndpointAction } from "#components/webhooks/endpoint-menu.tsx";
import { CallbackRow, EndpointRow } from "#components/webhooks/endpoint-row.tsx";
import type { ShownSecret } from "#components/webhooks/secret-dialog.tsx";
import { endpointsQuery, WEBHOOKS_KEY } from "#components/webhooks/webhook-queries.ts";
import { api } from "#lib/http/api-client.ts";
import type { EndpointView } from "#lib/webhooks/view.ts";

type EndpointsPanelProps = {
  /** Why this person may not change endpoints; null when they may. */
  denied: string | null;
  addButton: ReactNode;
  onSecret: (shown: ShownSecret) => void;
  onTested: () => void;
};
type Asked = { action: "rotate" | "disable" | "delete"; endpoint: EndpointView };

/** The receivers: endpoints, and addresses that Outputs have of their own. */
export function EndpointsPanel({ denied, addButton, onSecret, onTested }: EndpointsPanelProps) {
  const t = useTranslations("webhooks");
  const client = useQueryClient();
  const errorText = useErrorText();
  const { data, error } = useQuery(endpointsQuery());
  const [asked, setAsked] = useState<Asked | null>(null);
  const act = useMutation({
    mutationFn: ({ action, endpoint }: { action: EndpointAction; endpoint: EndpointView }) => {
      const path = `/webhooks/endpoints/${endpoint.id}`;
      return action === "delete" ? api.delete<unknown>(path) : api.post<unknown>(`${path}/${action}`);
    },
    onSuccess: (answer, { action, endpoint }) => {
      setAsked(null);
      void client.invalidateQueries({ queryKey: WEBHOOKS_KEY });
      if (action === "rotate") onSecret({ secret: (answer as { secret: string }).secret, why: "rotated" });
      else {
        toast.add({ type: "succeeded", title: t(`done.${action}`), description: endpoint.url });
        if (action === "test") onTested();
      }
    },
    onError: (thrown, { action }) => {
      if (action === "test" || action === "enable")
        toast.add({ type: "failed", title: t("done.failed"), description: errorText(thrown) });
    },
  });
  const reveal = useMutation({
    mutationFn: (outputId: string) => api.post<{ secret: string }>(`/webhooks/callbacks/${outputId}/secret`),
    onSuccess: ({ secret }) => onSecret({ secret, why: "callback" }),
    onError: (thrown) =>
      toast.add({ type: "failed", title: t("done.failed"), description: errorText(thrown) }),
  });

  function choose(action: EndpointAction, endpoint: EndpointView) {
    act.reset();
    if (action === "test" || action === "enable") act.mutate({ action, endpoint });
    else setAsked({ action, endpoint });
  }

  if (data === undefined)
    return error ? (
      <Banner role="alert" className="m-4 lg:mx-6">
        {errorText(error)}
      </Banner>
    ) : null;
  return (
    <>
      {data.items.length === 0 ? (
        <EmptyState icon={<Webhook size={20} aria-hidden />} title={t("endpoints.none")} action={addButton}>
          {t("endpoints.noneBody")}
        </EmptyState>
      ) : (
        <ul aria-label={t("tabs.endpoints")}>
          {data.items.map((endpoint) => (
            <EndpointRow
              key={endpoint.id}
              endpoint={endpoint}
              actions={
                <EndpointMenu
                  endpoint={endpoint}
                  denied={denied}
                  onChoose={(action) => choose(action, endpoint)}
                />
              }
            />
          ))}
        </ul>
      )}
      {data.callbacks.length > 0 && (
        <section aria-labelledby="callbacks" className="mt-8">
          <div className="px-4 pb-3 lg:px-6">
            <h2 id="callbacks" className="font-semibold">
              {t("callbacks.title")}
            </h2>
            <p className="mt-1 max-w-2xl text-muted">{t("callbacks.body")}</p>
          </div>
          <ul aria-labelledby="callbacks" className="border-t border-border">
            {data.callbacks.map((callback) => (
              <CallbackRow
                key={callback.outputId}
                callback={callback}
                actions={
                  <Button
                    size="sm"
                    disabledReason={denied}
                    pending={reveal.isPending && reveal.variables === callback.outputId}
                    onClick={() => reveal.mutate(callback.outputId)}
                  >
                    <KeyRound size={16} aria-hidden />
                    {t("callbacks.secret")}
                  </Button>
                }
              />
            ))}
          </ul>
        </section>
      )}
      {asked && (
        <ConfirmDialog
          open
          onOpenChange={() => setAsked(null)}
          title={t(`confirm.${asked.action}.title`)}
          description={t(`confirm.${asked.action}.body`)}
          confirmLabel={t(`confirm.${asked.action}.action`)}
          tone={asked.action === "delete" ? "danger" : "primary"}
          pending={act.isPending}
          error={act.error ? errorText(act.error) : null}
          onConfirm={() => act.mutate(asked)}
        >
          <p className="font-mono text-xs break-all text-muted">{asked.endpoint.url}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
