"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { TEMPLATES_KEY } from "#components/templates/template-queries.ts";
import { toast } from "#components/ui/toast.tsx";
import { ApiError, api } from "#lib/http/api-client.ts";
import type { TemplateView } from "#lib/templates/view.ts";

/** What can be done with a template from its menu; each makes the lists and the page new again. */
export function useTemplateActions(template: Pick<TemplateView, "id" | "name">) {
  const t = useTranslations("templates.actions");
  const router = useRouter();
  const client = useQueryClient();
  const errorText = useErrorText();
  const path = `/templates/${encodeURIComponent(template.id)}`;
  const renew = () => client.invalidateQueries({ queryKey: TEMPLATES_KEY });
  const onError = (error: unknown) =>
    toast.add({
      type: "failed",
      title: t("failed", { name: template.name }),
      description:
        error instanceof ApiError && error.issues.some((issue) => issue.path === "name")
          ? t("nameTaken")
          : errorText(error),
    });

  const clone = useMutation({
    mutationFn: () => api.post<TemplateView>(`${path}/clone`, {}),
    onSuccess: (copy) => {
      void renew();
      toast.add({ type: "succeeded", title: t("cloned", { name: copy.name }) });
      router.push(`/templates/${copy.id}`);
    },
    onError,
  });
  const archive = useMutation({
    mutationFn: () => api.post<TemplateView>(`${path}/archive`),
    onSuccess: () => {
      void renew();
      toast.add({ type: "succeeded", title: t("archived", { name: template.name }) });
    },
    onError,
  });
  const unarchive = useMutation({
    mutationFn: () => api.post<TemplateView>(`${path}/unarchive`),
    onSuccess: () => {
      void renew();
      toast.add({ type: "succeeded", title: t("unarchived", { name: template.name }) });
    },
    onError,
  });
  const remove = useMutation({
    mutationFn: () => api.delete(path),
    onSuccess: () => {
      toast.add({ type: "succeeded", title: t("deleted", { name: template.name }) });
    },
  });
  return { clone, archive, unarchive, remove, renew };
}
