"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef, useState, type SubmitEvent } from "react";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { describedBy, Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { WEBHOOKS_KEY } from "#components/webhooks/webhook-queries.ts";
import { api, ApiError } from "#lib/http/api-client.ts";
import {
  type CreateEndpointInput,
  WEBHOOK_EVENTS,
  type WebhookEvent,
  webhookUrlSchema,
} from "#lib/webhooks/schema.ts";
import type { EndpointWithSecret } from "#lib/webhooks/view.ts";

type AddEndpointDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onAdded: (added: EndpointWithSecret) => void;
};

const FORM = "add-endpoint";

/** Address and events of a new receiver. */
export function AddEndpointDialog({ open, onOpenChange, onAdded }: AddEndpointDialogProps) {
  const t = useTranslations("webhooks.add");
  const tEvent = useTranslations("webhooks.event");
  const client = useQueryClient();
  const errorText = useErrorText();
  const urlInput = useRef<HTMLInputElement>(null);
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState<readonly WebhookEvent[]>(WEBHOOK_EVENTS);
  const [errors, setErrors] = useState<{ url?: string; events?: string }>({});
  const add = useMutation({
    mutationFn: (body: CreateEndpointInput) => api.post<EndpointWithSecret>("/webhooks/endpoints", body),
    onSuccess: (added) => {
      void client.invalidateQueries({ queryKey: WEBHOOKS_KEY });
      onAdded(added);
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || !error.issues.some(({ path }) => path === "url")) return;
      setErrors({ url: t("errors.private") });
      urlInput.current?.focus();
    },
  });

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const next = {
      ...(webhookUrlSchema.safeParse(url).success ? {} : { url: t("errors.url") }),
      ...(events.length > 0 ? {} : { events: t("errors.events") }),
    };
    setErrors(next);
    if (next.url) urlInput.current?.focus();
    if (next.url === undefined && next.events === undefined) add.mutate({ url, events: [...events] });
  }

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("title")}
      description={t("intro")}
      initialFocus={urlInput}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t("cancel")}</Button>
          <Button type="submit" form={FORM} variant="primary" pending={add.isPending}>
            {t("submit")}
          </Button>
        </>
      }
    >
      <form id={FORM} noValidate onSubmit={submit} className="grid gap-4 pt-0.5">
        {add.isError && !errors.url && <Banner role="alert">{errorText(add.error)}</Banner>}
        <Field id="endpoint-url" label={t("url")} hint={t("urlHint")} error={errors.url}>
          <Input
            {...describedBy("endpoint-url", { hint: true, error: errors.url })}
            ref={urlInput}
            type="url"
            inputMode="url"
            autoComplete="off"
            placeholder="https://example.com/hooks/vod"
            value={url}
            onChange={(event) => setUrl(event.target.value)}
          />
        </Field>
        <Field id="endpoint-events" label={t("events")} error={errors.events} isGroup>
          <div role="group" aria-labelledby="endpoint-events-label" className="grid">
            {WEBHOOK_EVENTS.map((event) => (
              <label key={event} className="flex min-h-8 items-center gap-2 max-md:min-h-10">
                <input
                  type="checkbox"
                  className="check"
                  checked={events.includes(event)}
                  onChange={({ target }) =>
                    setEvents(target.checked ? [...events, event] : events.filter((one) => one !== event))
                  }
                />
                <span>{tEvent(event.replace("task.", ""))}</span>
                <span className="font-mono text-xs text-subtle">{event}</span>
              </label>
            ))}
          </div>
        </Field>
      </form>
    </Dialog>
  );
}
