"use client";

import { useTranslations } from "next-intl";
import { useCallback } from "react";

import { fieldKey } from "#components/templates/field-key.ts";
import { RUNG_LABELS } from "#components/templates/rung-labels.ts";
import type { FormIssue } from "#components/templates/template-form.ts";

/** Words what is wrong in the reader's language; the API's own sentence where the catalogue has none. */
export function useIssueWords(): (issue: FormIssue) => string {
  const t = useTranslations("templates.errors");
  return useCallback(
    (issue) => {
      const { path, kind, message, rule, params } = issue;
      if (kind === "ladder" && rule)
        return t(`ladder.${rule}`, { value: 0, rung: 0, above: 0, kbps: 0, ...params });
      if (kind === "server") return message;
      if (kind === "lacks") return t("lacks", { message, name: "", ...params });
      const option = path.replace(/^spec\./, "");
      const key = `${kind}.${fieldKey(path)}`;
      const words = { option, message };
      if (t.has(key as never)) return t(key as never, words as never);
      return t(`${kind === "engine" ? "engine" : "shape"}.other`, words);
    },
    [t],
  );
}

/**
 * Where it is, for a sentence that stands apart from its field: "Rung 2" or "Watermark 1" for one of several, and the
 * field's label where the sentence says only what the field takes ("Crop, Width"). Else "".
 */
export function useIssuePlace(): (issue: FormIssue) => string {
  const t = useTranslations("templates");
  return ({ path, kind }) => {
    const [, list, index] = /^spec\.(video\.renditions|watermarks)\.(\d+)\./.exec(path) ?? [];
    const number = Number(index) + 1;
    const item =
      list === undefined
        ? []
        : [list === "watermarks" ? t("watermarks.one", { number }) : t("ladder.rung", { number })];
    return [...item, ...(kind === "shape" ? labels(t, path) : [])].join(t("banner.comma"));
  };
}

/** The labels of the field at `path`; first its group's where several groups have such a field. */
function labels(t: ReturnType<typeof useTranslations<"templates">>, path: string): string[] {
  if (path === "name" || path === "description") return [t(path)];
  const inRung = /^spec\.video\.renditions\.\d+\.(.+)$/.exec(path)?.[1];
  const ofRung = RUNG_LABELS.find(([option]) => option === inRung)?.[1];
  if (ofRung) return [t(`ladder.${ofRung}`)];
  const key = fieldKey(path);
  const [group = ""] = key.split("_");
  return [...(group !== key && ["crop", "pad"].includes(group) ? [group] : []), key]
    .map((one) => `fields.${one}.label`)
    .filter((one) => t.has(one as never))
    .map((one) => t(one as never));
}
