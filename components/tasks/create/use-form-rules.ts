"use client";

import { useTranslations } from "next-intl";
import { useCallback, useEffect } from "react";
import type { Resolver } from "react-hook-form";

import type { CreateFormValues } from "#components/tasks/create/create-form.ts";
import { SERVER_ERROR } from "#components/tasks/create/use-field-error.ts";
import { lazyPart } from "#components/ui/lazy-part.ts";

const part = lazyPart(
  async () => (await import("#components/tasks/create/create-form-schema.ts")).createFormResolver,
);

/** The form's rules. They come after the page; when they cannot be fetched, the form says so instead of being sent. */
export function useFormRules(): Resolver<CreateFormValues> {
  const t = useTranslations("common.network");
  useEffect(() => part.prefetch(), []);
  return useCallback<Resolver<CreateFormValues>>(
    (...asked) =>
      part.load().then(
        (resolve) => resolve(...asked),
        () => ({ values: {}, errors: { mode: { type: SERVER_ERROR, message: t("offline") } } }),
      ),
    [t],
  );
}
