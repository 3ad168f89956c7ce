"use client";

import { useTranslations } from "next-intl";
import type { FieldError, UseFormReturn } from "react-hook-form";

import type { CreateFormValues } from "#components/tasks/create/create-form.ts";
import type { SummaryError } from "#components/tasks/create/task-summary.tsx";
import { SERVER_ERROR } from "#components/tasks/create/use-field-error.ts";

/** Fields in the order of the page, with the id that a link to each goes to. */
const FIELDS = [
  ["urls", "urls"],
  ["mode", "input"],
  ["sample", "input"],
  ["templates", "template"],
  ["outputId", "outputId"],
  ["outputPattern", "outputPattern"],
  ["priority", "priority"],
  ["tags", "tags"],
  ["userData", "userData"],
] as const satisfies readonly (readonly [keyof CreateFormValues, string])[];

/** Everything that stops the form, for the summary: the fields' errors and what no field stands for. */
export function useFormErrors(
  form: UseFormReturn<CreateFormValues>,
  submitError: string | null,
): SummaryError[] {
  const t = useTranslations("create.errors");
  const { errors } = form.formState;
  const words = (name: string, error: FieldError) => {
    const key = error.type === "custom" && error.message ? error.message : name;
    if (error.type === SERVER_ERROR || !t.has(key as never)) return error.message ?? t("unknown");
    return t(key as never);
  };
  const ofFields = FIELDS.flatMap(([name, field]) => {
    const error = errors[name] as FieldError | undefined;
    return error ? [{ field, message: words(name, error) }] : [];
  });
  return submitError === null ? ofFields : [...ofFields, { field: "", message: submitError }];
}
