"use client";

import { useTranslations } from "next-intl";

import { Missing } from "#components/layout/missing.tsx";

/** An Output that is not, or no longer, there. */
export function OutputMissing() {
  const t = useTranslations("outputs.missing");
  return <Missing title={t("title")} body={t("body")} action={t("action")} href="/outputs" />;
}
