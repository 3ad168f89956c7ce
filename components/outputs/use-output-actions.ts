"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { OUTPUTS_KEY } from "#components/outputs/output-queries.ts";
import { useTestWords } from "#components/outputs/use-test-words.ts";
import { toast } from "#components/ui/toast.tsx";
import { api } from "#lib/http/api-client.ts";
import type { OutputDetail, OutputSummary, OutputTest } from "#lib/outputs/view.ts";

/** What can be done with an Output from its menu; each makes the lists and the page new again. */
export function useOutputActions(output: Pick<OutputSummary, "id" | "name" | "type">) {
  const t = useTranslations("outputs");
  const client = useQueryClient();
  const errorText = useErrorText();
  const words = useTestWords(output.type === "local");
  const { name } = output;
  const path = `/outputs/${encodeURIComponent(output.id)}`;
  const renew = () => client.invalidateQueries({ queryKey: OUTPUTS_KEY });
  const onError = (error: unknown) =>
    toast.add({ type: "failed", title: t("actions.failed", { name }), description: errorText(error) });

  const test = useMutation({
    mutationFn: () => api.post<OutputTest>(`${path}/test`),
    onSuccess: (result) => {
      void renew();
      const failed = result.steps.find(({ ok, skipped }) => !ok && !skipped);
      if (failed === undefined) toast.add({ type: "succeeded", title: t("test.passed", { name }) });
      else
        toast.add({
          type: "failed",
          title: t("test.notPassed", { name }),
          description: `${words.failed(failed)} ${words.fix(failed)}`,
        });
    },
    onError,
  });
  const archive = useMutation({
    mutationFn: () => api.post<OutputDetail>(`${path}/archive`),
    onSuccess: () => {
      void renew();
      toast.add({ type: "succeeded", title: t("actions.archivedDone", { name }) });
    },
  });
  const unarchive = useMutation({
    mutationFn: () => api.post<OutputDetail>(`${path}/unarchive`),
    onSuccess: () => {
      void renew();
      toast.add({ type: "succeeded", title: t("actions.unarchivedDone", { name }) });
    },
    onError,
  });
  const remove = useMutation({
    mutationFn: () => api.delete(path),
    onSuccess: () => {
      void renew();
      toast.add({ type: "succeeded", title: t("actions.deletedDone", { name }) });
    },
  });
  return { test, archive, unarchive, remove };
}
