"use client";

import { useTranslations } from "next-intl";
import { useFormContext, type FieldPath } from "react-hook-form";

import type { CreateFormValues } from "#components/tasks/create/create-form.ts";

/** What react-hook-form keeps as `type` of an error that the server found. */
export const SERVER_ERROR = "server";

/** A field's error in the reader's language, or the server's own sentence; null when the field is fine. */
export function useFieldError(name: FieldPath<CreateFormValues>): string | null {
  const t = useTranslations("create.errors");
  const { getFieldState, formState } = useFormContext<CreateFormValues>();
  const { error } = getFieldState(name, formState);
  if (!error) return null;
  if (error.type === SERVER_ERROR) return error.message ?? t("unknown");
  // The form's own rules name a sentence; the API's rules have one sentence per field.
  const key = error.type === "custom" && error.message ? error.message : name;
  return t.has(key as never) ? t(key as never) : (error.message ?? t("unknown"));
}
