"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { useDebounced } from "#components/tasks/create/use-debounced.ts";
import { templateRungs } from "#components/tasks/create/template-fit.ts";
import { useFailureWords } from "#components/tasks/use-failure-words.ts";
import { useFigures } from "#components/tasks/use-figures.ts";
import { useWarningWords } from "#components/tasks/use-warning-words.ts";
import { useEditor } from "#components/templates/editor-context.ts";
import { LadderBars } from "#components/templates/ladder-bars.tsx";
import { previewQuery } from "#components/templates/template-queries.ts";
import { Card, CardHeader } from "#components/ui/card.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { Select } from "#components/ui/select.tsx";
import type { SampleView } from "#lib/samples/view.ts";
import type { TemplatePreview } from "#lib/templates/view.ts";

const PAUSE_MILLISECONDS = 400;

/** What a worker would make of a sample with these settings, down to the command. */
export function PreviewCard({ samples }: { samples: readonly SampleView[] }) {
  const t = useTranslations("templates.preview");
  const locale = useLocale() === "zh-CN" ? "zh-CN" : "en";
  const errorText = useErrorText();
  const { spec, issues } = useEditor();
  const [sampleId, setSampleId] = useState(samples[0]?.id ?? "");
  const isUsable = issues.every(({ path }) => !path.startsWith("spec"));
  const [text] = useDebounced(isUsable ? JSON.stringify(spec) : "", PAUSE_MILLISECONDS);
  const wanted = isUsable && text !== "" ? (JSON.parse(text) as typeof spec) : null;
  const { data, error } = useQuery({
    ...previewQuery(wanted, sampleId),
    placeholderData: keepPreviousData,
  });
  const wrong = new Set(
    issues.flatMap(({ path }) => /^spec\.video\.renditions\.(\d+)\./.exec(path)?.[1] ?? []).map(Number),
  );
  const sample = samples.find(({ id }) => id === sampleId);
  return (
    <Card aria-labelledby="preview">
      <CardHeader
        id="preview"
        aside={
          samples.length > 0 && (
            <Select
              id="preview-sample"
              aria-label={t("sample")}
              value={sampleId}
              onValueChange={setSampleId}
              items={samples.map(({ id, title }) => ({ value: id, label: title[locale] }))}
            />
          )
        }
      >
        {t("title")}
      </CardHeader>
      <div className="border-b border-border p-4">
        <h3 className="mb-2 text-xs text-subtle">{t("bitRates")}</h3>
        <LadderBars
          bars={templateRungs(spec).map((rung, index) => ({
            ...rung,
            key: `${rung.kind}-${index}`,
            kbps: Number.isFinite(rung.kbps) ? rung.kbps : null,
            isWrong: rung.kind === "video" && wrong.has(index),
          }))}
        />
      </div>
      {!isUsable && (
        <p className="border-b border-border px-4 py-3 text-xs text-subtle">
          {t(data ? "outdated" : "fixFirst")}
        </p>
      )}
      {isUsable && error && (
        <p role="alert" className="border-b border-border px-4 py-3 text-xs text-failed-fg">
          {errorText(error)}
        </p>
      )}
      {data && sample && <PreviewResult preview={data} durationSeconds={sample.durationSeconds} />}
    </Card>
  );
}

function PreviewResult({ preview, durationSeconds }: { preview: TemplatePreview; durationSeconds: number }) {
  const t = useTranslations("templates.preview");
  const figures = useFigures();
  const failureWords = useFailureWords();
  const warningWords = useWarningWords();
  const { renditions, warnings, commands, failure } = preview;
  const kbps = renditions.map((rendition) => rendition.kbps);
  const most = kbps.every((rate) => rate !== null)
    ? (kbps.reduce((sum, rate) => sum + rate, 0) * 1000 * durationSeconds) / 8
    : null;
  if (failure)
    return (
      <p className="flex gap-2 p-4 text-partial-fg">
        <TriangleAlert size={16} aria-hidden className="mt-0.5" />
        {failureWords(failure).title}
      </p>
    );
  return (
    <>
      <dl className="grid grid-cols-2 divide-x divide-border border-b border-border">
        <div className="px-4 py-3">
          <dt className="text-xs text-subtle">{t("renditions")}</dt>
          <dd className="text-base font-semibold">{figures.number(renditions.length)}</dd>
        </div>
        <div className="px-4 py-3">
          <dt className="text-xs text-subtle">{t("size")}</dt>
          <dd className="text-base font-semibold">
            {most === null ? t("unbounded") : t("most", { size: figures.bytes(most) })}
          </dd>
        </div>
      </dl>
      {warnings.length > 0 && (
        <ul className="grid gap-1.5 border-b border-border px-4 py-3 text-xs text-partial-fg">
          {warnings.map((warning, index) => (
            <li key={index} className="flex gap-1.5">
              <TriangleAlert size={14} aria-hidden className="mt-px" />
              {warningWords(warning)}
            </li>
          ))}
        </ul>
      )}
      <div className="grid gap-2 p-4">
        <h3 className="text-xs text-subtle">{t("command")}</h3>
        {commands.map((command, index) => (
          <CodeBlock key={index} text={command} label={t("command")} isShort />
        ))}
      </div>
    </>
  );
}
