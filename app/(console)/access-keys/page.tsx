import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { AccessKeys } from "#components/access-keys/access-keys.tsx";
import { accessKeysQuery } from "#components/access-keys/access-keys-query.ts";
import { NeedsAdmin } from "#components/layout/needs-admin.tsx";
import { makeQueryClient } from "#components/layout/query-client.ts";
import { listAccessKeys } from "#lib/access-keys/list-access-keys.ts";
import { getPageSession } from "#lib/auth/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("keys");
  return { title: t("title") };
}

export default async function AccessKeysPage() {
  const { ctx, user } = await getPageSession();
  const t = await getTranslations("keys");
  if (user.role !== "admin") return <NeedsAdmin title={t("title")} role={user.role} />;
  const client = makeQueryClient();
  await client.query({
    ...accessKeysQuery(),
    queryFn: async () => ({ items: await listAccessKeys(ctx) }),
  });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <AccessKeys />
    </HydrationBoundary>
  );
}
