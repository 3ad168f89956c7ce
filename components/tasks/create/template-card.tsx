"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId, type Ref } from "react";

import {
  mostBytes,
  templateRungs,
  type Rung,
  type TemplateFit,
} from "#components/tasks/create/template-fit.ts";
import { codecName, containerName } from "#components/tasks/media-facts.ts";
import { useFailureWords } from "#components/tasks/use-failure-words.ts";
import { useFigures } from "#components/tasks/use-figures.ts";
import { cn } from "#components/ui/cn.ts";
import { Tag } from "#components/ui/tag.tsx";
import type { TemplateView } from "#lib/templates/view.ts";

type TemplateCardProps = {
  template: TemplateView;
  /** What it would do with the source; null while the source is not known. */
  fit: TemplateFit | null;
  durationSeconds: number | null;
  isChosen: boolean;
  onToggle: (isChosen: boolean) => void;
  inputRef: Ref<HTMLInputElement> | undefined;
};

/** A template as a ladder: a bar for each rung, as wide as its bit rate. */
export function TemplateCard({
  template,
  fit,
  durationSeconds,
  isChosen,
  onToggle,
  inputRef,
}: TemplateCardProps) {
  const t = useTranslations("create.template");
  const figures = useFigures();
  const failureWords = useFailureWords();
  const footId = useId();
  const { spec } = template;
  const reason = fit?.failure ? failureWords(fit.failure).title : null;
  const most = mostBytes(spec, fit, durationSeconds);
  const codecs = [spec.video?.codec, spec.audio?.codec].filter((codec) => codec !== undefined).map(codecName);
  return (
    <label
      className={cn(
        "relative flex flex-col rounded-lg border p-4 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus",
        isChosen
          ? "border-accent shadow-[0_0_0_1px_var(--accent)]"
          : "border-border hover:border-border-strong",
        reason === null ? "bg-surface" : "bg-sunken",
      )}
    >
      <span className="flex items-center gap-2.5">
        <input
          ref={inputRef}
          type="checkbox"
          className="check outline-none!"
          checked={isChosen}
          disabled={reason !== null && !isChosen}
          aria-describedby={footId}
          onChange={(event) => onToggle(event.target.checked)}
        />
        <span className={cn("min-w-0 font-medium break-all", reason !== null && "text-muted")}>
          {template.name}
        </span>
        <span className="text-xs text-subtle">v{template.version}</span>
        <Tag className="ms-auto">{containerName(spec.container)}</Tag>
      </span>
      <Ladder template={template} fit={fit} isChosen={isChosen} />
      <span
        id={footId}
        className={cn(
          "mt-auto flex flex-wrap items-center gap-x-1.5 border-t border-border pt-3 text-xs",
          reason === null ? "text-subtle" : "text-partial-fg",
        )}
      >
        {reason === null ? (
          <>
            {codecs.join(" · ")}
            {most !== null && (
              <>
                <span aria-hidden>·</span>
                {t("most", { size: figures.bytes(most) })}
              </>
            )}
          </>
        ) : (
          <>
            <TriangleAlert size={14} aria-hidden />
            {reason}
          </>
        )}
      </span>
    </label>
  );
}

function Ladder({
  template,
  fit,
  isChosen,
}: {
  template: TemplateView;
  fit: TemplateFit | null;
  isChosen: boolean;
}) {
  const t = useTranslations("create.template");
  const figures = useFigures();
  const rungs = templateRungs(template.spec);
  const highest = Math.max(
    1,
    ...rungs.filter(({ name }) => !fit?.skipped.has(name)).map(({ kbps }) => kbps ?? 0),
  );
  const rate = ({ kbps, uncapped }: Rung) =>
    kbps === null
      ? uncapped && t(`uncapped.${uncapped}`)
      : kbps >= 1000
        ? `${figures.number(kbps / 1000, 1)} M`
        : `${figures.number(kbps)} k`;
  return (
    <span aria-hidden className={cn("mt-3 mb-3 block", fit?.failure && "opacity-60 grayscale")}>
      {rungs.map((rung) => {
        const { name, kind, kbps } = rung;
        const label = kind === "audio" ? t("audio") : name;
        const isSkipped = fit?.skipped.has(name) === true;
        return (
          <span
            key={`${kind}-${name}`}
            className={cn(
              "grid h-5 grid-cols-[44px_1fr_auto] items-center gap-2 text-xs whitespace-nowrap",
              isSkipped ? "text-subtle" : "text-muted",
            )}
          >
            <span className={cn("truncate", isSkipped && "line-through")}>{label}</span>
            {isSkipped ? (
              <span className="col-span-2">{t("skipped")}</span>
            ) : (
              <>
                <span className="h-1.5">
                  <span
                    className={cn("block h-full rounded-xs", isChosen ? "bg-accent" : "bg-chart-2")}
                    style={{ width: `${Math.max(2, ((kbps ?? highest) / highest) * 100)}%` }}
                  />
                </span>
                <span className="text-right">{rate(rung)}</span>
              </>
            )}
          </span>
        );
      })}
    </span>
  );
}
