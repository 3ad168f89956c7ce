"use client";

import { useTranslations } from "next-intl";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { useFailureWords, type FailureWords } from "#components/tasks/use-failure-words.ts";
import { ApiError } from "#lib/http/api-client.ts";
import type { ProbeView } from "#lib/probes/view.ts";

/** Why a source cannot be read, or why the server could not say; null when neither. */
export function useProbeWords(probe: ProbeView | undefined, error: Error | null): FailureWords | null {
  const t = useTranslations("create.probe");
  const words = useFailureWords();
  const errorText = useErrorText();
  if (probe?.failure) return words(probe.failure);
  if (!error) return null;
  if (error instanceof ApiError && error.message === "probe_timeout")
    return { title: t("timeoutTitle"), why: t("timeoutWhy"), fix: t("timeoutFix") };
  return { title: t("errorTitle"), why: errorText(error), fix: t("errorFix") };
}
