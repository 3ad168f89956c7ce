"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";

import { mostBytes, templateFit } from "#components/tasks/create/template-fit.ts";
import type { ChosenSource } from "#components/tasks/create/use-sources.ts";
import { countsQuery } from "#components/tasks/list/task-list-queries.ts";
import { clock, useFigures } from "#components/tasks/use-figures.ts";
import { useWarningWords } from "#components/tasks/use-warning-words.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import type { OutputView } from "#lib/outputs/view.ts";
import { NO_FILTERS } from "#lib/tasks/queries.ts";
import type { TemplateView } from "#lib/templates/view.ts";

export type SummaryFacts = {
  input: string | null;
  inputDetail: string | null;
  templates: string | null;
  templateCount: number;
  templateDetail: string | null;
  output: string | null;
  outputDetail: string | null;
  /** The most that the files can come to; null when the input or a cap is not known. */
  size: string | null;
  /** How many tasks wait now. */
  queue: string | null;
  warnings: string[];
};

type Chosen = {
  sources: readonly ChosenSource[];
  media: MediaInfo | null;
  templates: readonly TemplateView[];
  output: OutputView | null;
};

/** The form in a few words and figures, all of them known rather than guessed. */
export function useSummary({ sources, media, templates, output }: Chosen): SummaryFacts {
  const t = useTranslations("create.summary");
  const figures = useFigures();
  const words = useWarningWords();
  const { data: counts } = useQuery(countsQuery(NO_FILTERS));
  const waiting = counts?.byStatus.queued ?? 0;
  const jobs = sources.length * templates.length;
  const fits = media === null ? [] : templates.map(({ spec }) => templateFit(spec, media));
  // The cards strike skipped rungs through; here they would only repeat.
  const warnings = fits
    .flatMap((fit) => fit.warnings)
    .filter(({ code }) => code !== "rung_skipped" && code !== "size_capped");
  const sizes = templates.map(({ spec }, index) =>
    mostBytes(spec, fits[index] ?? null, media?.durationSeconds ?? null),
  );
  const knownSizes = sizes.filter((size) => size !== null);
  const [first] = sources;
  return {
    input:
      first === undefined
        ? null
        : sources.length === 1
          ? first.label
          : t("inputs", { count: sources.length }),
    inputDetail: sources.length === 1 && media?.durationSeconds != null ? clock(media.durationSeconds) : null,
    templates: templates.length === 0 ? null : templates.map(({ name }) => name).join(", "),
    templateCount: templates.length,
    templateDetail:
      sources.length > 1 && jobs > 0
        ? t("tasksAndJobs", { tasks: sources.length, jobs })
        : templates.length > 0
          ? t("jobs", { count: templates.length })
          : null,
    output: output?.name ?? null,
    outputDetail: output?.location ?? null,
    size:
      templates.length > 0 && knownSizes.length === templates.length
        ? `≤ ${figures.bytes(knownSizes.reduce((sum, size) => sum + size, 0))}`
        : null,
    queue: counts === undefined || waiting === 0 ? null : t("waiting", { count: waiting }),
    warnings: [...new Set(warnings.map(words))],
  };
}
