import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { makeQueryClient } from "#components/layout/query-client.ts";
import { TemplateList } from "#components/templates/template-list.tsx";
import { templatesQuery } from "#components/templates/template-queries.ts";
import { getPageSession } from "#lib/auth/session.ts";
import { listTemplateSummaries } from "#lib/templates/list-template-summaries.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("templates");
  return { title: t("title") };
}

export default async function TemplatesPage() {
  const { ctx } = await getPageSession();
  const client = makeQueryClient();
  const [usable, archived] = await Promise.all([
    listTemplateSummaries(ctx),
    listTemplateSummaries(ctx, { isArchived: true }),
  ]);
  client.setQueryData(templatesQuery(false).queryKey, usable);
  client.setQueryData(templatesQuery(true).queryKey, archived);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <TemplateList role={ctx.role} />
    </HydrationBoundary>
  );
}
