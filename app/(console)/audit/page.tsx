import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getNow, getTimeZone, getTranslations } from "next-intl/server";

import { accessKeysQuery } from "#components/access-keys/access-keys-query.ts";
import { AuditLog } from "#components/audit/audit-log.tsx";
import { auditQuery } from "#components/audit/audit-query.ts";
import { parseAuditState, toAuditQuery } from "#components/audit/audit-state.ts";
import { NeedsAdmin } from "#components/layout/needs-admin.tsx";
import { makeQueryClient } from "#components/layout/query-client.ts";
import { usersQuery } from "#components/users/users-queries.ts";
import { listAccessKeys } from "#lib/access-keys/list-access-keys.ts";
import { listAudit } from "#lib/audit/list-audit.ts";
import { getPageSession } from "#lib/auth/session.ts";
import { listUsers } from "#lib/users/list-users.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("audit");
  return { title: t("title") };
}

type PageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function AuditPage({ searchParams }: PageProps) {
  const { ctx, user } = await getPageSession();
  const t = await getTranslations("audit");
  if (user.role !== "admin") return <NeedsAdmin title={t("title")} role={user.role} />;
  const [params, now, timeZone] = await Promise.all([searchParams, getNow(), getTimeZone()]);
  const query = toAuditQuery(parseAuditState(params), now.getTime(), timeZone);
  const client = makeQueryClient();
  await Promise.all([
    client.query({ ...auditQuery(query), queryFn: () => listAudit(ctx, query) }),
    client.query({ ...usersQuery(), queryFn: async () => ({ items: await listUsers(ctx) }) }),
    client.query({ ...accessKeysQuery(), queryFn: async () => ({ items: await listAccessKeys(ctx) }) }),
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <AuditLog />
    </HydrationBoundary>
  );
}
