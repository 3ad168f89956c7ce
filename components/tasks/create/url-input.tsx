"use client";

import { useQueryClient } from "@tanstack/react-query";
import { ScanSearch } from "lucide-react";
import { useTranslations } from "next-intl";
import { useFormContext, useWatch } from "react-hook-form";

import {
  hasCredentials,
  isUrl,
  MAX_URLS,
  readUrls,
  type CreateFormValues,
} from "#components/tasks/create/create-form.ts";
import { probeQuery } from "#components/tasks/create/probe-query.ts";
import { ProbeCard } from "#components/tasks/create/probe-card.tsx";
import { ProbeRow } from "#components/tasks/create/probe-row.tsx";
import { useFieldError } from "#components/tasks/create/use-field-error.ts";
import type { ChosenSource } from "#components/tasks/create/use-sources.ts";
import { Button } from "#components/ui/button.tsx";
import { describedBy, Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

/** Addresses, one per line; each is looked into by the server before Confirm. */
export function UrlInput({ sources, onCheck }: { sources: readonly ChosenSource[]; onCheck: () => void }) {
  const t = useTranslations("create.input");
  const tErrors = useTranslations("create.errors");
  const client = useQueryClient();
  const { register, control } = useFormContext<CreateFormValues>();
  const urls = useWatch({ control, name: "urls" });
  const lines = readUrls(urls);
  const firstBad = lines.find((line) => !isUrl(line));
  const submitted = useFieldError("urls");
  // What is being typed is not wrong yet: a lone unfinished line is only told on Confirm.
  const error =
    submitted ??
    (lines.some(hasCredentials)
      ? tErrors("urlsCredentials")
      : lines.length > 1 && firstBad !== undefined
        ? t("badLine", { line: firstBad.slice(0, 80) })
        : null);

  const check = () => {
    onCheck();
    for (const url of lines.filter(isUrl).slice(0, MAX_URLS))
      void client.invalidateQueries({ queryKey: probeQuery({ type: "url", url }).queryKey });
  };
  return (
    <>
      <Field id="urls" label={t("url")} hint={t("urlHint")} error={error}>
        <div className="flex items-start gap-2">
          <Textarea
            {...register("urls")}
            {...describedBy("urls", { hint: true, error })}
            rows={1}
            inputMode="url"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            placeholder="https://"
            className="resize-none"
          />
          <Button
            className="h-9 max-md:h-10"
            onClick={check}
            disabledReason={lines.some(isUrl) ? null : t("checkBlocked")}
          >
            <ScanSearch size={16} aria-hidden />
            {t("check")}
          </Button>
        </div>
      </Field>
      {sources.length === 1 && sources[0] && <ProbeCard source={sources[0]} className="mt-4" />}
      {sources.length > 1 && (
        <ul aria-label={t("batch")} className="mt-4 rounded-lg border border-border">
          {sources.map((source) => (
            <ProbeRow key={source.key} source={source} />
          ))}
        </ul>
      )}
    </>
  );
}
