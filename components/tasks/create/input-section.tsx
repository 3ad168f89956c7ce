"use client";

import { Film, Link2, Upload } from "lucide-react";
import { useTranslations } from "next-intl";
import { useFormContext, useWatch } from "react-hook-form";

import type { CreateFormValues } from "#components/tasks/create/create-form.ts";
import { FormSection } from "#components/tasks/create/form-section.tsx";
import { KeptInput } from "#components/tasks/create/kept-input.tsx";
import { SampleInput } from "#components/tasks/create/sample-input.tsx";
import { UploadInput } from "#components/tasks/create/upload-input.tsx";
import { UrlInput } from "#components/tasks/create/url-input.tsx";
import type { ChosenSource } from "#components/tasks/create/use-sources.ts";
import { Segmented } from "#components/ui/segmented.tsx";
import type { SampleView } from "#lib/samples/view.ts";
import type { SourceView } from "#lib/tasks/view.ts";

type InputSectionProps = {
  samples: readonly SampleView[];
  kept: SourceView | null;
  sources: readonly ChosenSource[];
  /** Takes the addresses as they stand, without waiting for the typing to pause. */
  onCheck: () => void;
};

/** 1 Input: an address, files, a sample, or what a duplicated task had. */
export function InputSection({ samples, kept, sources, onCheck }: InputSectionProps) {
  const t = useTranslations("create.input");
  const { setValue, clearErrors, control } = useFormContext<CreateFormValues>();
  const mode = useWatch({ control, name: "mode" });
  return (
    <FormSection
      number={1}
      id="input"
      title={t("title")}
      control={
        <Segmented
          aria-label={t("title")}
          isWideOnPhone
          value={mode}
          onValueChange={(next) => {
            clearErrors(["urls", "sample", "mode"]);
            setValue("mode", next, { shouldDirty: true });
          }}
          items={[
            { value: "url", label: t("url"), icon: <Link2 size={16} aria-hidden /> },
            { value: "upload", label: t("upload"), icon: <Upload size={16} aria-hidden /> },
            { value: "sample", label: t("sample"), icon: <Film size={16} aria-hidden /> },
          ]}
        />
      }
    >
      {mode === "url" && <UrlInput sources={sources} onCheck={onCheck} />}
      {mode === "upload" && <UploadInput />}
      {mode === "sample" && <SampleInput samples={samples} sources={sources} />}
      {mode === "kept" && kept !== null && <KeptInput kept={kept} sources={sources} />}
    </FormSection>
  );
}
