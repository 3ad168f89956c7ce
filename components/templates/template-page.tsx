"use client";

import { useQuery } from "@tanstack/react-query";

import { TemplateEditor } from "#components/templates/template-editor.tsx";
import { templateQuery } from "#components/templates/template-queries.ts";
import type { Role } from "#lib/context.ts";
import type { SampleView } from "#lib/samples/view.ts";
import type { EditorCapabilities } from "#lib/templates/view.ts";

type TemplatePageProps = {
  templateId: string;
  samples: readonly SampleView[];
  capabilities: EditorCapabilities;
  role: Role;
};

/** A template's page; another version, or in or out of the archive, is another form. */
export function TemplatePage({ templateId, samples, capabilities, role }: TemplatePageProps) {
  const { data: template } = useQuery({
    ...templateQuery(templateId),
    // What is being typed is not replaced because the window came back: saving tells when somebody else saved.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    staleTime: Infinity,
  });
  if (!template) return null;
  return (
    <TemplateEditor
      key={`${template.version} ${template.archivedAt}`}
      template={template}
      samples={samples}
      capabilities={capabilities}
      role={role}
    />
  );
}
