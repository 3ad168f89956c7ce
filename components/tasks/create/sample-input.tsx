"use client";

import { useLocale, useTranslations } from "next-intl";
import { Controller, useFormContext } from "react-hook-form";

import type { CreateFormValues } from "#components/tasks/create/create-form.ts";
import { ProbeCard } from "#components/tasks/create/probe-card.tsx";
import { useFieldError } from "#components/tasks/create/use-field-error.ts";
import type { ChosenSource } from "#components/tasks/create/use-sources.ts";
import { clock, useFigures } from "#components/tasks/use-figures.ts";
import { cn } from "#components/ui/cn.ts";
import { FieldError } from "#components/ui/field.tsx";
import { Thumbnail } from "#components/ui/thumbnail.tsx";
import type { SampleView } from "#lib/samples/view.ts";

/** The videos that come with the product. */
export function SampleInput({
  samples,
  sources,
}: {
  samples: readonly SampleView[];
  sources: readonly ChosenSource[];
}) {
  const t = useTranslations("create.input");
  const { control } = useFormContext<CreateFormValues>();
  const error = useFieldError("sample");
  if (samples.length === 0) return <p className="text-muted">{t("noSamples")}</p>;
  return (
    <>
      <Controller
        control={control}
        name="sample"
        render={({ field }) => (
          <fieldset aria-describedby={error ? "sample-error" : undefined}>
            <legend className="sr-only">{t("sample")}</legend>
            <div className="grid grid-cols-[repeat(auto-fit,minmax(150px,1fr))] gap-3">
              {samples.map((sample, index) => (
                <SampleCard
                  key={sample.id}
                  sample={sample}
                  isChosen={field.value === sample.id}
                  onChoose={() => field.onChange(sample.id)}
                  ref={index === 0 ? field.ref : undefined}
                />
              ))}
            </div>
          </fieldset>
        )}
      />
      <FieldError id="sample" error={error} />
      {sources[0] && <ProbeCard source={sources[0]} className="mt-4" />}
    </>
  );
}

type SampleCardProps = {
  sample: SampleView;
  isChosen: boolean;
  onChoose: () => void;
  ref: React.Ref<HTMLInputElement> | undefined;
};

function SampleCard({ sample, isChosen, onChoose, ref }: SampleCardProps) {
  const t = useTranslations("create.input");
  const figures = useFigures();
  const locale = useLocale() === "zh-CN" ? "zh-CN" : "en";
  const size = `${sample.width}×${sample.height} · ${figures.bytes(sample.sizeBytes)}`;
  return (
    <label
      className={cn(
        "relative flex flex-col overflow-hidden rounded-lg border bg-surface has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus",
        isChosen
          ? "border-accent shadow-[0_0_0_1px_var(--accent)]"
          : "border-border hover:border-border-strong",
      )}
    >
      <span className="relative block aspect-video">
        <Thumbnail src={sample.thumbnailUrl} className="absolute inset-0 size-full rounded-none" />
        <span className="absolute end-1.5 bottom-1.5 rounded-sm bg-media-scrim px-1 text-xs font-medium text-on-media">
          {clock(sample.durationSeconds)}
        </span>
      </span>
      <span className="flex flex-1 flex-col gap-0.5 p-3">
        <span className="flex items-center gap-2">
          <input
            ref={ref}
            type="radio"
            name="sample"
            value={sample.id}
            checked={isChosen}
            onChange={onChoose}
            className="size-4 flex-none appearance-none rounded-full border border-control bg-surface outline-none! checked:border-5 checked:border-accent"
          />
          <span className="min-w-0 font-medium">{sample.title[locale]}</span>
        </span>
        <span className="text-xs text-muted">{sample.description[locale]}</span>
        <span className="mt-auto pt-1 text-xs text-subtle">{size}</span>
        <span className="text-xs text-subtle">{t("licence", { licence: sample.licence })}</span>
      </span>
    </label>
  );
}
