"use client";

import { ArrowRight, Braces } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { useFormContext, useWatch } from "react-hook-form";

import type { CreateFormValues } from "#components/tasks/create/create-form.ts";
import { previewsOf, reasonOf } from "#components/tasks/create/find-path-reason.ts";
import { useFieldError } from "#components/tasks/create/use-field-error.ts";
import type { ChosenSource } from "#components/tasks/create/use-sources.ts";
import { buttonVariants } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { describedBy, Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { MenuItem, MenuPopup, MenuRoot, MenuTrigger } from "#components/ui/menu.tsx";
import { useNow } from "#components/ui/now.tsx";
import { OUTPUT_VARIABLES, type PathPreview } from "#lib/outputs/output-path.ts";
import type { OutputView } from "#lib/outputs/view.ts";
import type { TemplateView } from "#lib/templates/view.ts";

/** Paths that are shown below the field; more are counted. */
const SHOWN_PATHS = 4;

type OutputFilenameProps = {
  outputs: readonly OutputView[];
  chosenTemplates: readonly TemplateView[];
  sources: readonly ChosenSource[];
};

/** The pattern of the files' names, with what it comes to for each job. */
export function OutputFilename({ outputs, chosenTemplates, sources }: OutputFilenameProps) {
  const t = useTranslations("create.output");
  const tPath = useTranslations("errors.outputPath");
  const input = useRef<HTMLInputElement>(null);
  const caret = useRef<number | null>(null);
  const { register, setValue, getValues, control } = useFormContext<CreateFormValues>();
  const [pattern, outputId] = useWatch({ control, name: ["outputPattern", "outputId"] });
  const now = useNow();
  const submitted = useFieldError("outputPattern");
  const inputName = sources[0]?.inputName ?? t("exampleInput");
  const previews = previewsOf(pattern, inputName, now, chosenTemplates);
  const reason = reasonOf(previews);
  const error = reason === undefined ? submitted : tPath(reason.code, reason.params);
  const field = register("outputPattern");
  const location = outputs.find(({ id }) => id === outputId)?.location;

  function insert(variable: string) {
    const text = getValues("outputPattern");
    const start = input.current?.selectionStart ?? text.length;
    const end = input.current?.selectionEnd ?? start;
    setValue("outputPattern", `${text.slice(0, start)}{${variable}}${text.slice(end)}`, {
      shouldDirty: true,
      shouldValidate: true,
    });
    caret.current = start + variable.length + 2;
  }

  /** After an insertion the field goes on where it ended; otherwise the focus returns to the button. */
  function focusAfterMenu() {
    const place = caret.current;
    caret.current = null;
    if (place === null || input.current === null) return true;
    input.current.setSelectionRange(place, place);
    return input.current;
  }

  return (
    <Field
      id="outputPattern"
      label={t("filename")}
      error={error}
      hint={error === null && chosenTemplates.length > 0 && <Paths previews={previews} location={location} />}
    >
      <Input
        {...field}
        {...describedBy("outputPattern", { hint: error === null && chosenTemplates.length > 0, error })}
        ref={(element) => {
          field.ref(element);
          input.current = element;
        }}
        autoComplete="off"
        spellCheck={false}
        className="font-mono text-sm"
        end={
          <MenuRoot>
            <MenuTrigger
              className={cn(buttonVariants({ variant: "secondary", size: "sm", className: "max-md:h-8" }))}
            >
              <Braces size={14} aria-hidden />
              {t("insert")}
            </MenuTrigger>
            <MenuPopup finalFocus={focusAfterMenu}>
              {OUTPUT_VARIABLES.map((variable) => (
                <MenuItem key={variable} onClick={() => insert(variable)}>
                  <span className="font-mono text-xs text-accent-fg">{`{${variable}}`}</span>
                  <span className="block text-xs text-subtle">{t(`variables.${variable}`)}</span>
                </MenuItem>
              ))}
            </MenuPopup>
          </MenuRoot>
        }
      />
    </Field>
  );
}

function Paths({ previews, location }: { previews: readonly PathPreview[]; location: string | undefined }) {
  const t = useTranslations("create.output");
  return (
    <ul aria-label={t("paths")}>
      {previews.slice(0, SHOWN_PATHS).map((preview) => (
        <li key={preview.template} className="flex items-start gap-1">
          <ArrowRight size={14} aria-hidden className="mt-px" />
          <span className="min-w-0 break-all">
            {location !== undefined &&
              `${location.replace(/\/$/, "")}${location.includes("://") ? "/" : " / "}`}
            <span className="font-mono tracking-[-0.01em] text-muted" suppressHydrationWarning>
              {preview.path}
            </span>
          </span>
        </li>
      ))}
      {previews.length > SHOWN_PATHS && <li>{t("morePaths", { count: previews.length - SHOWN_PATHS })}</li>}
    </ul>
  );
}
