"use client";

import { Layers, Package, Search } from "lucide-react";
import { useTranslations } from "next-intl";
import Link from "next/link";
import { useId, useState } from "react";
import { Controller, useFormContext } from "react-hook-form";

import type { CreateFormValues } from "#components/tasks/create/create-form.ts";
import { FormSection } from "#components/tasks/create/form-section.tsx";
import { TemplateCard } from "#components/tasks/create/template-card.tsx";
import { templateFit, type TemplateFit } from "#components/tasks/create/template-fit.ts";
import { useFieldError } from "#components/tasks/create/use-field-error.ts";
import { FieldError } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import type { MediaInfo } from "#lib/media/media-info.ts";
import type { TemplateView } from "#lib/templates/view.ts";

type Kind = TemplateView["kind"];
type TemplateSectionProps = {
  templates: readonly TemplateView[];
  /** What the probe found, when there is one input. */
  media: MediaInfo | null;
};

/** 2 Template: one or several, each of them one job. */
export function TemplateSection({ templates, media }: TemplateSectionProps) {
  const t = useTranslations("create.template");
  const { control } = useFormContext<CreateFormValues>();
  const [kind, setKind] = useState<Kind>("predefined");
  const [text, setText] = useState("");
  const hintId = useId();
  const error = useFieldError("templates");
  const ofKind = templates.filter((template) => template.kind === kind);
  const wanted = text.trim().toLowerCase();
  const found = ofKind.filter(({ name, description }) =>
    `${name} ${description}`.toLowerCase().includes(wanted),
  );
  const rows = compatibleFirst(found, media);

  return (
    <FormSection
      number={2}
      id="template"
      title={t("title")}
      control={
        <Segmented
          aria-label={t("title")}
          isWideOnPhone
          value={kind}
          onValueChange={setKind}
          items={[
            { value: "custom", label: t("custom"), icon: <Layers size={16} aria-hidden /> },
            { value: "predefined", label: t("predefined"), icon: <Package size={16} aria-hidden /> },
          ]}
        />
      }
      aside={
        ofKind.length > 0 && (
          <Input
            type="search"
            size="sm"
            aria-label={t("search")}
            placeholder={t("searchCount", { count: ofKind.length })}
            value={text}
            onChange={(event) => setText(event.target.value)}
            start={<Search size={16} aria-hidden />}
            boxClassName="md:w-52"
          />
        )
      }
    >
      <Controller
        control={control}
        name="templates"
        render={({ field }) => {
          const elsewhere = templates.filter(
            ({ id, kind: other }) => other !== kind && field.value.includes(id),
          );
          return (
            <fieldset aria-describedby={[hintId, error && "templates-error"].filter(Boolean).join(" ")}>
              <legend className="sr-only">{t("title")}</legend>
              {rows.length > 0 ? (
                <div className="grid gap-3 md:grid-cols-2">
                  {rows.map(({ template, fit }, index) => (
                    <TemplateCard
                      key={template.id}
                      template={template}
                      fit={fit}
                      durationSeconds={media?.durationSeconds ?? null}
                      isChosen={field.value.includes(template.id)}
                      inputRef={index === 0 ? field.ref : undefined}
                      onToggle={(isChosen) =>
                        field.onChange(
                          isChosen
                            ? [...field.value, template.id]
                            : field.value.filter((id: string) => id !== template.id),
                        )
                      }
                    />
                  ))}
                </div>
              ) : (
                <p className="rounded-lg border border-border bg-sunken px-4 py-6 text-center text-muted">
                  {ofKind.length > 0
                    ? t("noMatch")
                    : kind === "custom"
                      ? t.rich("noCustom", {
                          link: (words) => (
                            <Link
                              href="/templates/new"
                              className="text-accent-fg underline underline-offset-3"
                            >
                              {words}
                            </Link>
                          ),
                        })
                      : t("noPredefined")}
                </p>
              )}
              <p id={hintId} className="mt-2 text-xs text-subtle">
                {t("hint")}
                {elsewhere.length > 0 &&
                  ` ${t("elsewhere", { names: elsewhere.map(({ name }) => name).join(", ") })}`}
              </p>
            </fieldset>
          );
        }}
      />
      <FieldError id="templates" error={error} />
    </FormSection>
  );
}

type Row = { template: TemplateView; fit: TemplateFit | null };

/** What can be used with the source comes first; otherwise the order stays. */
function compatibleFirst(templates: readonly TemplateView[], media: MediaInfo | null): Row[] {
  const rows = templates.map((template) => ({ template, fit: media && templateFit(template.spec, media) }));
  return [...rows.filter(({ fit }) => !fit?.failure), ...rows.filter(({ fit }) => fit?.failure)];
}
