"use client";

import { useTranslations } from "next-intl";

import { codecName } from "#components/tasks/media-facts.ts";

/** A template's codec as people write it; "copy" in the reader's language. */
export function useCodecName(): (codec: string) => string {
  const t = useTranslations("templates.choices");
  return (codec) => (codec === "copy" ? t("copy") : codecName(codec));
}
