import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { makeQueryClient } from "#components/layout/query-client.ts";
import { WorkerPage } from "#components/workers/worker-page.tsx";
import { workersQuery } from "#components/workers/workers-query.ts";
import { getPageSession } from "#lib/auth/session.ts";
import { listWorkers } from "#lib/workers/list-workers.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("workers");
  return { title: t("title") };
}

export default async function WorkersPage() {
  const { ctx } = await getPageSession();
  const client = makeQueryClient();
  client.setQueryData(workersQuery().queryKey, { items: await listWorkers(ctx) });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <WorkerPage role={ctx.role} />
    </HydrationBoundary>
  );
}
