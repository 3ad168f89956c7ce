"use client";

import { useTranslations } from "next-intl";

import type { TemplateView } from "#lib/templates/view.ts";

/** A template's description; of one that comes with the product, in the reader's language. */
export function useDescription(): (template: Pick<TemplateView, "kind" | "name" | "description">) => string {
  const t = useTranslations("templates.shipped");
  return ({ kind, name, description }) =>
    kind === "predefined" && t.has(name as never) ? t(name as never) : description;
}
