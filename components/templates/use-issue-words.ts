"use client";

import { useTranslations } from "next-intl";
import { useCallback } from "react";

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
      const key = `${kind}.${option.replaceAll(/\.\d+(?=\.|$)/g, "").replaceAll(".", "_")}`;
      const words = { option, message };
      if (t.has(key as never)) return t(key as never, words as never);
      return t(`${kind === "engine" ? "engine" : "shape"}.other`, words);
    },
    [t],
  );
}

/** "Rung 2" or "Watermark 1" for what is wrong with one of several, else "". */
export function useIssuePlace(): (issue: FormIssue) => string {
  const t = useTranslations("templates");
  return ({ path }) => {
    const [, list, index] = /^spec\.(video\.renditions|watermarks)\.(\d+)\./.exec(path) ?? [];
    if (index === undefined) return "";
    const number = Number(index) + 1;
    return list === "watermarks" ? t("watermarks.one", { number }) : t("ladder.rung", { number });
  };
}
