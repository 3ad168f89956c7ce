"use client";

import { useTranslations } from "next-intl";
import { useFormContext, useFormState, useWatch } from "react-hook-form";

import { OUTPUT_FIELDS, type OutputField, type OutputFormValues } from "#components/outputs/output-form.ts";
import { describedBy } from "#components/ui/field.tsx";
import type { FieldIssue } from "#lib/errors.ts";

/** What react-hook-form keeps as `type` of an error that the server found. */
const SERVER_ERROR = "server";
const PLACE_ERROR = "place";

/** A field's error in the reader's language; null when it is fine. */
export function useOutputError(roots: readonly string[]): (field: OutputField) => string | null {
  const t = useTranslations("outputs.form");
  const { control } = useFormContext<OutputFormValues>();
  const { errors } = useFormState({ control });
  return (field) => {
    const error = errors[field];
    if (!error) return null;
    if (error.type === PLACE_ERROR) return t("refused.place");
    if (error.type === SERVER_ERROR && field === "folder")
      return t("refused.folder", { roots: roots.join(", ") });
    const key = `${error.type === SERVER_ERROR ? "refused" : "errors"}.${field}`;
    return t.has(key as never) ? t(key as never) : (error.message ?? null);
  };
}

/** Puts what the server refused to its fields. Gives back whether every issue found one. */
export function useServerIssues(): (issues: readonly FieldIssue[], isConflict: boolean) => boolean {
  const { setError } = useFormContext<OutputFormValues>();
  return (issues, isConflict) => {
    const known = issues.flatMap((issue) => {
      const field = OUTPUT_FIELDS.find((name) => name === issue.path);
      return field ? [{ ...issue, field }] : [];
    });
    known.forEach(({ field, message }, index) => {
      const type = isConflict && field !== "name" ? PLACE_ERROR : SERVER_ERROR;
      setError(field, { type, message }, { shouldFocus: index === 0 });
    });
    return issues.length > 0 && known.length === issues.length;
  };
}

/** Props of a text field: its value, its name and what describes it. */
export function useTextField(roots: readonly string[]) {
  const { register } = useFormContext<OutputFormValues>();
  const errorOf = useOutputError(roots);
  return (field: Exclude<OutputField, "forcePathStyle">, { hint }: { hint?: unknown } = {}) => ({
    ...register(field),
    ...describedBy(field, { hint, error: errorOf(field) }),
    autoComplete: "off",
    spellCheck: false,
  });
}

export function useOutputValues(): OutputFormValues {
  const { control } = useFormContext<OutputFormValues>();
  return useWatch({ control }) as OutputFormValues;
}
