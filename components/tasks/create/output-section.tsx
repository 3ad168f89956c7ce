"use client";

import { HardDrive } from "lucide-react";
import { useTranslations } from "next-intl";
import Link from "next/link";
import { Controller, useFormContext } from "react-hook-form";

import { AdvancedFields } from "#components/tasks/create/advanced-fields.tsx";
import type { CreateFormValues } from "#components/tasks/create/create-form.ts";
import { FormSection } from "#components/tasks/create/form-section.tsx";
import { OutputFilename } from "#components/tasks/create/output-filename.tsx";
import { useFieldError } from "#components/tasks/create/use-field-error.ts";
import type { ChosenSource } from "#components/tasks/create/use-sources.ts";
import { Field } from "#components/ui/field.tsx";
import { cn } from "#components/ui/cn.ts";
import { Picker } from "#components/ui/picker.tsx";
import type { OutputView } from "#lib/outputs/view.ts";
import type { TemplateView } from "#lib/templates/view.ts";

type OutputSectionProps = {
  outputs: readonly OutputView[];
  /** Whether this person may add an Output. */
  canAdd: boolean;
  chosenTemplates: readonly TemplateView[];
  sources: readonly ChosenSource[];
};

/** 3 Output: where the files go and what they are called. */
export function OutputSection({ outputs, canAdd, chosenTemplates, sources }: OutputSectionProps) {
  const t = useTranslations("create.output");
  const { control } = useFormContext<CreateFormValues>();
  const error = useFieldError("outputId");
  return (
    <FormSection number={3} id="output" title={t("title")}>
      <div className="grid gap-4 md:grid-cols-2">
        <Controller
          control={control}
          name="outputId"
          render={({ field }) => {
            const chosen = outputs.find(({ id }) => id === field.value);
            return (
              <Field
                id="outputId"
                label={t("label")}
                isGroup
                error={error}
                // In another tab: what is filled in here stays.
                aside={
                  canAdd && (
                    <Link
                      href="/outputs/new"
                      target="_blank"
                      className="text-accent-fg underline-offset-3 hover:underline"
                    >
                      {t("add")}
                    </Link>
                  )
                }
                hint={outputs.length === 0 ? t("none") : null}
              >
                <div
                  role="group"
                  aria-labelledby="outputId-label"
                  className={cn(
                    "flex h-9 w-full items-center gap-2 rounded-md border bg-surface ps-2.5 pe-1 text-base max-md:h-10",
                    error ? "border-failed" : "border-control",
                  )}
                >
                  <HardDrive size={16} aria-hidden className="text-subtle" />
                  {chosen ? (
                    <>
                      <span className="truncate font-medium">{chosen.name}</span>
                      <span className="min-w-0 truncate text-xs text-subtle">{chosen.location}</span>
                    </>
                  ) : (
                    <span className="truncate text-subtle">{t("notSelected")}</span>
                  )}
                  <Picker
                    triggerRef={field.ref}
                    value={field.value === "" ? null : field.value}
                    onValueChange={field.onChange}
                    items={outputs.map(({ id, name, location }) => ({
                      value: id,
                      label: name,
                      detail: location,
                    }))}
                    aria-label={t("selectLabel")}
                    aria-describedby={error ? "outputId-error" : undefined}
                    searchLabel={t("search")}
                    emptyText={outputs.length === 0 ? t("none") : t("noMatch")}
                    className="ms-auto max-md:h-8"
                  >
                    {t("select")}
                  </Picker>
                </div>
              </Field>
            );
          }}
        />
        <OutputFilename outputs={outputs} chosenTemplates={chosenTemplates} sources={sources} />
      </div>
      <AdvancedFields />
    </FormSection>
  );
}
