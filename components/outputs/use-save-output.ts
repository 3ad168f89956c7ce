"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";

import { toInput, type OutputFormValues } from "#components/outputs/output-form.ts";
import { outputQuery, OUTPUTS_KEY } from "#components/outputs/output-queries.ts";
import { toast } from "#components/ui/toast.tsx";
import { api } from "#lib/http/api-client.ts";
import type { OutputDetail, OutputTest } from "#lib/outputs/view.ts";

const path = (id: string) => `/outputs/${encodeURIComponent(id)}`;

/** Tries the form's settings out, saved or not. */
export function useTestSettings(output: OutputDetail | null) {
  return useMutation({
    mutationFn: (values: OutputFormValues) =>
      api.post<OutputTest>("/outputs/test", {
        ...toInput(values),
        ...(output && { outputId: output.id }),
      }),
  });
}

/**
 * Saves the form. `isConnectionNew`: what was tested before is then tested as it is saved, so that its result stands with
 * the Output. A new Output leads to the list, where it is seen among the others.
 */
export function useSaveOutput(output: OutputDetail | null) {
  const t = useTranslations("outputs.form");
  const router = useRouter();
  const client = useQueryClient();
  const record = useMutation({
    mutationFn: ({ id }: OutputDetail) => api.post<OutputTest>(`${path(id)}/test`),
    onError: (_error, { name }) => toast.add({ type: "failed", title: t("notRecorded", { name }) }),
    onSettled: () => client.invalidateQueries({ queryKey: OUTPUTS_KEY }),
  });
  return useMutation({
    mutationFn: ({ values }: { values: OutputFormValues; isConnectionNew: boolean }) =>
      output === null
        ? api.post<OutputDetail>("/outputs", toInput(values))
        : api.patch<OutputDetail>(path(output.id), toInput(values)),
    onSuccess: (saved, { isConnectionNew }) => {
      client.setQueryData(outputQuery(saved.id).queryKey, saved);
      toast.add({ type: "succeeded", title: t("saved", { name: saved.name }) });
      if (isConnectionNew) record.mutate(saved);
      else void client.invalidateQueries({ queryKey: OUTPUTS_KEY });
      if (output === null) router.push("/outputs");
    },
  });
}
