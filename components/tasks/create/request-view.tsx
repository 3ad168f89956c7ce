"use client";

import { useTranslations } from "next-intl";
import { useSyncExternalStore } from "react";

import { requestFor, type CreateFormValues } from "#components/tasks/create/create-form.ts";
import type { ChosenSource } from "#components/tasks/create/use-sources.ts";
import { curlCommand } from "#components/tasks/curl-command.ts";
import { CodeBlock } from "#components/ui/code-block.tsx";

type RequestViewProps = {
  format: "json" | "curl";
  values: CreateFormValues;
  sources: readonly ChosenSource[];
};

/** What Confirm will send, as a program would send it. */
export function RequestView({ format, values, sources }: RequestViewProps) {
  const t = useTranslations("create.request");
  const origin = useSyncExternalStore(
    never,
    () => window.location.origin,
    () => "",
  );
  const requests = sources.flatMap(({ source }) => (source === null ? [] : [requestFor(source, values)]));
  if (requests.length === 0)
    return (
      <p className="mt-6 rounded-lg border border-border bg-sunken px-4 py-6 text-center text-muted">
        {t("empty")}
      </p>
    );
  const json = JSON.stringify(requests.length === 1 ? requests[0] : requests, null, 2);
  return (
    <div className="mt-6 grid grid-cols-[minmax(0,1fr)] gap-2">
      <p className="text-muted">{t(requests.length === 1 ? "one" : "several", { count: requests.length })}</p>
      <CodeBlock text={format === "json" ? json : curlCommand(origin, requests)} label={t(format)} />
    </div>
  );
}

const never = () => () => undefined;
