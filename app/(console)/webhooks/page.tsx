import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { makeQueryClient } from "#components/layout/query-client.ts";
import { endpointsQuery } from "#components/webhooks/webhook-queries.ts";
import { WebhooksPage } from "#components/webhooks/webhooks-page.tsx";
import { getPageSession } from "#lib/auth/session.ts";
import { listEndpoints } from "#lib/webhooks/list-endpoints.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("webhooks");
  return { title: t("title") };
}

export default async function Page() {
  const { ctx, user } = await getPageSession();
  const client = makeQueryClient();
  client.setQueryData(endpointsQuery().queryKey, await listEndpoints(ctx));
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <WebhooksPage role={user.role} />
    </HydrationBoundary>
  );
}
