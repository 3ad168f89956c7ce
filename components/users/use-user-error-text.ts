"use client";

import { useTranslations } from "next-intl";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { ApiError } from "#lib/http/api-client.ts";

/** Like `useErrorText`, with this page's own reasons for a conflict. */
export function useUserErrorText(): (error: unknown) => string {
  const t = useTranslations("users.errors");
  const errorText = useErrorText();
  return (error) =>
    error instanceof ApiError && error.code === "conflict"
      ? t(error.issues.some(({ path }) => path === "email") ? "hasAccount" : "lastAdmin")
      : errorText(error);
}
