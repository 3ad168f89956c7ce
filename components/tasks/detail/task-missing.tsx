"use client";

import { useTranslations } from "next-intl";

import { Missing } from "#components/layout/missing.tsx";

/** A task that is not, or no longer, there. */
export function TaskMissing() {
  const t = useTranslations("detail.missing");
  return <Missing title={t("title")} body={t("body")} action={t("action")} href="/tasks" />;
}
