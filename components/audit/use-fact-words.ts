"use client";

import { useFormatter, useLocale, useTranslations } from "next-intl";

import type { FactValue } from "#components/audit/fact-lines.ts";
import { ROLES } from "#lib/context.ts";
import { TASK_STATUSES } from "#lib/tasks/status.ts";

const NAMES = [
  "accessKeyId",
  "accessKeyReplaced",
  "bucket",
  "callbackUrl",
  "container",
  "dialects",
  "endpoint",
  "error",
  "clonedFrom",
  "events",
  "expiresAt",
  "filesRemoved",
  "folder",
  "invitedBy",
  "kind",
  "name",
  "offeredBy",
  "outcome",
  "output",
  "outputName",
  "outputPattern",
  "pathStyle",
  "prefix",
  "publicBaseUrl",
  "reason",
  "region",
  "role",
  "source",
  "state",
  "status",
  "step",
  "templates",
  "version",
] as const;
const WORDS = [
  "active",
  "disabled",
  "wrong_password",
  "unknown_account",
  "invite",
  "reset",
  "ok",
  "cleanup",
  "failed",
  "too_many_attempts",
] as const;

type FactWords = { name: (name: string) => string; value: (name: string, value: FactValue) => string };

/** The names and values of an entry in the page's language; what this version does not know stays as it is. */
export function useFactWords(): FactWords {
  const t = useTranslations("audit");
  const tCommon = useTranslations("common");
  const tDialect = useTranslations("keys.dialects");
  const format = useFormatter();
  const separator = useLocale() === "zh-CN" ? "、" : ", ";

  function text(name: string, value: string): string {
    if (name === "role") {
      const role = ROLES.find((one) => one === value);
      return role ? tCommon(`role.${role}`) : value;
    }
    if (name === "status") {
      const status = TASK_STATUSES.find((one) => one === value);
      return status ? tCommon(`status.${status}`) : value;
    }
    if (name === "state" || name === "reason" || name === "kind" || name === "outcome") {
      const word = WORDS.find((one) => one === value);
      return word ? t(`words.${word}`) : value;
    }
    if (name === "dialects" && tDialect.has(value as never)) return tDialect(value as never);
    if (name.endsWith("At") && !Number.isNaN(Date.parse(value)))
      return format.dateTime(new Date(value), { dateStyle: "medium", timeStyle: "short" });
    return value === "*" ? t("words.all") : value;
  }

  return {
    name: (name) => {
      const known = NAMES.find((one) => one === name);
      return known ? t(`facts.${known}`) : name;
    },
    value: (name, value) => {
      if (value === null) return tCommon("none");
      if (typeof value === "boolean") return t(value ? "words.yes" : "words.no");
      if (typeof value === "number") return String(value);
      return typeof value === "string"
        ? text(name, value)
        : value.map((one) => text(name, one)).join(separator);
    },
  };
}
