"use client";

import { queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";

import { requestFor, type CreateFormValues } from "#components/tasks/create/create-form.ts";
import { useDebounced } from "#components/tasks/create/use-debounced.ts";
import { useFailureWords } from "#components/tasks/use-failure-words.ts";
import { useFigures } from "#components/tasks/use-figures.ts";
import { api } from "#lib/http/api-client.ts";
import type { PreflightJobView, TaskPreflight } from "#lib/tasks/view.ts";
import type { CreateTaskInput, Source } from "#lib/tasks/schema.ts";

/** The form stands still this long before the server is asked what would become of it. */
const PAUSE_MILLISECONDS = 500;

/** What the server would make of a request; nothing is asked for null. */
function preflightQuery(request: CreateTaskInput | null) {
  return queryOptions({
    queryKey: ["preflight", request],
    enabled: request !== null,
    retry: false,
    staleTime: 60_000,
    queryFn: ({ signal }) => api.post<TaskPreflight>("/tasks/validate", request, { signal }),
  });
}

/**
 * Before Confirm: the sizes, bytes and seconds that each job will come to, or why it would fail. `source`: the one input,
 * once the server has looked into it; null until then.
 */
export function Preflight({ source, values }: { source: Source | null; values: CreateFormValues }) {
  const t = useTranslations("create.preflight");
  const isWhole = source !== null && values.templates.length > 0 && values.outputId !== "";
  const wanted = isWhole ? requestFor(source, values) : null;
  // As text: a request is a new object each time.
  const [settled] = useDebounced(JSON.stringify(wanted), PAUSE_MILLISECONDS);
  const { data } = useQuery(preflightQuery(JSON.parse(settled) as CreateTaskInput | null));
  if (wanted === null || data === undefined) return null;
  return (
    <section aria-label={t("title")} className="px-5 pb-3">
      <h3 className="text-xs text-subtle">{t("title")}</h3>
      <ul className="mt-1 grid gap-2">
        {data.jobs.map((job) => (
          <PreflightJob key={job.template.id} job={job} />
        ))}
      </ul>
    </section>
  );
}

function PreflightJob({ job }: { job: PreflightJobView }) {
  const t = useTranslations("create.preflight");
  const figures = useFigures();
  const failureWords = useFailureWords();
  const pictures = job.plan?.renditions.filter(({ kind }) => kind === "video") ?? [];
  const facts = [
    pictures.map(({ width, height }) => `${width ?? "?"}×${height ?? "?"}`).join(", "),
    job.sizeBytes === null ? "" : t("size", { size: figures.bytes(job.sizeBytes) }),
    job.encodeSeconds === null ? "" : t("time", { time: figures.duration(job.encodeSeconds) }),
  ].filter((fact) => fact !== "");
  return (
    <li className="min-w-0 text-xs">
      <p className="truncate font-medium" title={job.primaryPath}>
        {job.primaryPath}
      </p>
      {job.failure === null ? (
        <p className="text-subtle">{facts.length === 0 ? t("unknown") : facts.join(" · ")}</p>
      ) : (
        <p className="text-failed-fg">{t("wouldFail", { why: failureWords(job.failure).why })}</p>
      )}
    </li>
  );
}
