import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { NeedsAdmin } from "#components/layout/needs-admin.tsx";
import { makeQueryClient } from "#components/layout/query-client.ts";
import { Users } from "#components/users/users.tsx";
import { invitesQuery, usersQuery } from "#components/users/users-queries.ts";
import { getPageSession } from "#lib/auth/session.ts";
import { listInvites } from "#lib/invites/list-invites.ts";
import { listUsers } from "#lib/users/list-users.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("users");
  return { title: t("title") };
}

export default async function UsersPage() {
  const { ctx, user } = await getPageSession();
  const t = await getTranslations("users");
  if (user.role !== "admin") return <NeedsAdmin title={t("title")} role={user.role} />;
  const client = makeQueryClient();
  await Promise.all([
    client.query({ ...usersQuery(), queryFn: async () => ({ items: await listUsers(ctx) }) }),
    client.query({ ...invitesQuery(), queryFn: async () => ({ items: await listInvites(ctx) }) }),
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <Users selfId={user.id} />
    </HydrationBoundary>
  );
}
