import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { makeQueryClient } from "#components/layout/query-client.ts";
import { OutputList } from "#components/outputs/output-list.tsx";
import { outputsQuery } from "#components/outputs/output-queries.ts";
import { getPageSession } from "#lib/auth/session.ts";
import { listOutputSummaries } from "#lib/outputs/list-output-summaries.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("outputs");
  return { title: t("title") };
}

export default async function OutputsPage() {
  const { ctx } = await getPageSession();
  const client = makeQueryClient();
  const [used, archived] = await Promise.all([
    listOutputSummaries(ctx),
    listOutputSummaries(ctx, { isArchived: true }),
  ]);
  client.setQueryData(outputsQuery(false).queryKey, used);
  client.setQueryData(outputsQuery(true).queryKey, archived);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <OutputList role={ctx.role} />
    </HydrationBoundary>
  );
}
