"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { plainSpec, type FormIssue, type TemplateFormValues } from "#components/templates/template-form.ts";
import { templateQuery, TEMPLATES_KEY } from "#components/templates/template-queries.ts";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { ApiError, api } from "#lib/http/api-client.ts";
import type { TemplateSummary, TemplateView } from "#lib/templates/view.ts";

/** Creates a template, or saves it as its next version. What the server refuses is kept until something changes. */
export function useSaveTemplate(template: TemplateSummary | null) {
  const t = useTranslations("templates.save");
  const router = useRouter();
  const client = useQueryClient();
  const errorText = useErrorText();
  const mutation = useMutation({
    mutationFn: (values: TemplateFormValues) =>
      template === null
        ? api.post<TemplateView>("/templates", values)
        : api.put<TemplateView>(`/templates/${encodeURIComponent(template.id)}`, {
            ...values,
            version: template.version,
          }),
    onSuccess: async (saved) => {
      toast.add({ type: "succeeded", title: t("saved", { name: saved.name, version: saved.version }) });
      if (template === null) {
        void client.invalidateQueries({ queryKey: TEMPLATES_KEY });
        router.push(`/templates/${saved.id}`);
        return;
      }
      client.setQueryData(templateQuery(saved.id).queryKey, { ...saved, usedBy: template.usedBy });
      await client.invalidateQueries({ queryKey: TEMPLATES_KEY });
    },
  });
  const { error } = mutation;
  const refused = error instanceof ApiError ? error.issues : [];
  const isStale = refused.some(({ path }) => path === "version");
  const issues: FormIssue[] = refused
    .filter(({ path }) => path === "name" || path === "description" || path.startsWith("spec"))
    .map(({ path, message }) => ({
      path,
      kind: "server",
      message:
        path === "name" && error instanceof ApiError && error.code === "conflict" ? t("nameTaken") : message,
    }));
  const failure: ReactNode = isStale
    ? t("stale", { version: template?.version ?? 1 })
    : error && issues.length === 0
      ? errorText(error)
      : null;
  const action: ReactNode = isStale && template && (
    <Button
      onClick={() => {
        mutation.reset();
        void client.invalidateQueries({ queryKey: TEMPLATES_KEY });
      }}
    >
      {t("load")}
    </Button>
  );
  return {
    mutate: (values: TemplateFormValues) => mutation.mutate({ ...values, spec: plainSpec(values.spec) }),
    isPending: mutation.isPending,
    issues,
    failure,
    action,
    forget: () => {
      if (mutation.isError) mutation.reset();
    },
  };
}
