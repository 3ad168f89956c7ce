import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";

import { makeQueryClient } from "#components/layout/query-client.ts";
import { TaskDetail } from "#components/tasks/detail/task-detail.tsx";
import { taskQuery } from "#components/tasks/detail/task-query.ts";
import { getPageSession } from "#lib/auth/session.ts";
import { findTask } from "#lib/tasks/get-task.ts";

type PageProps = { params: Promise<{ taskId: string }> };

/** Once for the title and the page. */
const load = cache(async (taskId: string) => {
  const { ctx } = await getPageSession();
  const task = await findTask(ctx, taskId);
  return { task, role: ctx.role };
});

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { task } = await load((await params).taskId);
  return task === null ? {} : { title: task.name };
}

/** A task's page: read through the verb, then kept live by the browser under the same key. */
export default async function TaskPage({ params }: PageProps) {
  const { task, role } = await load((await params).taskId);
  if (task === null) notFound();
  const client = makeQueryClient();
  client.setQueryData(taskQuery(task.id).queryKey, task);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <TaskDetail key={task.id} taskId={task.id} role={role} />
    </HydrationBoundary>
  );
}
