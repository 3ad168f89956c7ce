import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { cookies } from "next/headers";
import { getNow, getTimeZone, getTranslations } from "next-intl/server";

import { SHORTCUTS_COOKIE } from "#components/layout/preferences.ts";
import { makeQueryClient } from "#components/layout/query-client.ts";
import { parseListState, TASK_VIEWS, toTaskQuery } from "#components/tasks/list/list-state.ts";
import { TaskList } from "#components/tasks/list/task-list.tsx";
import { countsQuery, taskPageQuery } from "#components/tasks/list/task-list-queries.ts";
import { getPageSession } from "#lib/auth/session.ts";
import { countTasks } from "#lib/tasks/count-tasks.ts";
import { listTasks } from "#lib/tasks/list-tasks.ts";
import { NO_FILTERS } from "#lib/tasks/queries.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("tasks");
  return { title: t("title") };
}

type PageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function TasksPage({ searchParams }: PageProps) {
  const { ctx, user } = await getPageSession();
  const [params, now, timeZone, jar] = await Promise.all([searchParams, getNow(), getTimeZone(), cookies()]);
  const query = toTaskQuery(parseListState(params), now.getTime(), timeZone);
  const attention = toTaskQuery(TASK_VIEWS.attention, now.getTime(), timeZone).filters;
  const week = { ...NO_FILTERS, from: attention.from };

  const client = makeQueryClient();
  const count = (filters: typeof week) =>
    client.query({ ...countsQuery(filters), queryFn: () => countTasks(ctx, filters) });
  await Promise.all([
    client.query({ ...taskPageQuery(query), queryFn: () => listTasks(ctx, query) }),
    count(query.filters),
    count(NO_FILTERS),
    count(week),
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <TaskList role={user.role} hasShortcuts={jar.get(SHORTCUTS_COOKIE)?.value !== "off"} />
    </HydrationBoundary>
  );
}
