import { queryOptions } from "@tanstack/react-query";

import { api } from "#lib/http/api-client.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import type { TemplatePreview, TemplateSummary, TemplateVersionView } from "#lib/templates/view.ts";

/** What the server hydrates under the same keys. A change of any template makes all of it stale. */
export const TEMPLATES_KEY = ["templates"] as const;

/** The usable templates, or the archived ones. */
export function templatesQuery(isArchived: boolean) {
  return queryOptions({
    queryKey: [...TEMPLATES_KEY, "list", { isArchived }],
    queryFn: async ({ signal }) => {
      const { items } = await api.get<{ items: TemplateSummary[] }>("/templates", {
        query: { archived: isArchived || undefined },
        signal,
      });
      return items;
    },
  });
}

export function templateQuery(id: string) {
  return queryOptions({
    queryKey: [...TEMPLATES_KEY, "detail", id],
    queryFn: ({ signal }) => api.get<TemplateSummary>(`/templates/${encodeURIComponent(id)}`, { signal }),
  });
}

export function versionsQuery(id: string) {
  return queryOptions({
    queryKey: [...TEMPLATES_KEY, "versions", id],
    queryFn: async ({ signal }) => {
      const path = `/templates/${encodeURIComponent(id)}/versions`;
      return (await api.get<{ items: TemplateVersionView[] }>(path, { signal })).items;
    },
  });
}

/** What a worker would run for a sample; asks nothing while `spec` is null. */
export function previewQuery(spec: EncodeSpec | null, sampleId: string) {
  return queryOptions({
    queryKey: ["template-preview", sampleId, JSON.stringify(spec)],
    queryFn: ({ signal }) =>
      api.post<TemplatePreview>("/templates/preview", { spec, media: sampleId }, { signal }),
    enabled: spec !== null && sampleId !== "",
    staleTime: Infinity,
  });
}
