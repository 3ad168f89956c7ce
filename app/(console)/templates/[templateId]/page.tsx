import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";

import { makeQueryClient } from "#components/layout/query-client.ts";
import { TemplatePage } from "#components/templates/template-page.tsx";
import { templateQuery, versionsQuery } from "#components/templates/template-queries.ts";
import { getPageSession } from "#lib/auth/session.ts";
import { listSamples } from "#lib/samples/list-samples.ts";
import { getEditorCapabilities } from "#lib/templates/get-editor-capabilities.ts";
import { findTemplateSummary } from "#lib/templates/get-template-summary.ts";
import { listTemplateVersions } from "#lib/templates/list-template-versions.ts";

type PageProps = { params: Promise<{ templateId: string }> };

/** Once for the title and the page. */
const load = cache(async (templateId: string) => {
  const { ctx } = await getPageSession();
  return { ctx, template: await findTemplateSummary(ctx, templateId) };
});

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { template } = await load((await params).templateId);
  return template === null ? {} : { title: template.name };
}

/** A template's page: read through the verbs, then kept by the browser under the same keys. */
export default async function OneTemplatePage({ params }: PageProps) {
  const { ctx, template } = await load((await params).templateId);
  if (template === null) notFound();
  const [samples, versions, capabilities] = await Promise.all([
    listSamples(ctx),
    listTemplateVersions(ctx, template.id),
    getEditorCapabilities(ctx),
  ]);
  const client = makeQueryClient();
  client.setQueryData(templateQuery(template.id).queryKey, template);
  client.setQueryData(versionsQuery(template.id).queryKey, versions);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <TemplatePage
        key={template.id}
        templateId={template.id}
        samples={samples}
        capabilities={capabilities}
        role={ctx.role}
      />
    </HydrationBoundary>
  );
}
