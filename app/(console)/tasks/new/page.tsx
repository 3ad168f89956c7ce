import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { formOfTask } from "#components/tasks/create/create-form.ts";
import { CreateTask } from "#components/tasks/create/create-task.tsx";
import { getPageSession } from "#lib/auth/session.ts";
import { listOutputs } from "#lib/outputs/list-outputs.ts";
import { listSamples } from "#lib/samples/list-samples.ts";
import { findTask } from "#lib/tasks/get-task.ts";
import { listTemplates } from "#lib/templates/list-templates.ts";

type PageProps = { searchParams: Promise<{ from?: string | string[]; input?: string | string[] }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("create");
  return { title: t("title") };
}

/** Create a new Task; `?from=tsk_…` fills the form with that task's request, `&input=upload` without its source. */
export default async function NewTaskPage({ searchParams }: PageProps) {
  const { ctx } = await getPageSession();
  const { from, input } = await searchParams;
  const [templates, outputs, samples, original] = await Promise.all([
    listTemplates(ctx),
    listOutputs(ctx),
    listSamples(ctx),
    typeof from === "string" ? findTask(ctx, from) : null,
  ]);
  const otherInput = input === "upload" ? { mode: "upload" as const, urls: "" } : {};
  const duplicate = original && {
    values: { ...formOfTask(original, templates), ...otherInput },
    source: original.source,
  };
  return (
    <CreateTask
      key={original?.id ?? "new"}
      templates={templates}
      outputs={outputs}
      samples={samples}
      role={ctx.role}
      duplicate={duplicate}
    />
  );
}
