"use client";

import { useTranslations } from "next-intl";

import { Missing } from "#components/layout/missing.tsx";

/** A template that is not, or no longer, there. */
export function TemplateMissing() {
  const t = useTranslations("templates.missing");
  return <Missing title={t("title")} body={t("body")} action={t("action")} href="/templates" />;
}
