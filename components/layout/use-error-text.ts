"use client";

import { useTranslations } from "next-intl";

import { ApiError } from "#lib/http/api-client.ts";

/** A refused or failed call in a sentence or two of the page's language. */
export function useErrorText(): (error: unknown) => string {
  const t = useTranslations("errors");
  const tCommon = useTranslations("common");
  return (error) => {
    const code = error instanceof ApiError ? error.code : "internal";
    return tCommon("titleAndBody", { title: t(`${code}.title`), body: t(`${code}.body`) });
  };
}
