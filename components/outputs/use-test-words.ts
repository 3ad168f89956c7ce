"use client";

import { useTranslations } from "next-intl";

import type { OutputTest, TestStep, TestStepName } from "#lib/outputs/view.ts";

/** The steps of a test in words: of a bucket, or of a local folder. */
export function useTestWords(isLocal: boolean) {
  const t = useTranslations("outputs.test");
  return {
    step: (step: TestStepName) => t(`${isLocal ? "localSteps" : "steps"}.${step}`),
    failed: (failed: TestStep) => {
      const { step, code = "" } = failed;
      if (isLocal && (step === "resolve" || step === "authenticate"))
        return t(`localFailed.${step}`, { code });
      return !isLocal && isUnreachable(failed) ? t("unreachable", { code }) : t(`failed.${step}`, { code });
    },
    fix: (failed: TestStep) => {
      if (!isLocal && isUnreachable(failed)) return t("unreachableFix");
      return t(`${isLocal ? "localFix" : "fix"}.${failed.step}`);
    },
  };
}

/** Signing in is the first step that connects: a system's or TLS's code, in capitals, says that nobody answered. */
function isUnreachable({ step, code = "" }: TestStep): boolean {
  return step === "authenticate" && (/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(code) || code === "Timeout");
}

/** A test in two words, for lists. */
export function useTestState(): (
  test: OutputTest | null,
  isLocal: boolean,
) => {
  status: "succeeded" | "partial" | "failed" | null;
  text: string;
} {
  const t = useTranslations("outputs.testState");
  return (test, isLocal) => {
    if (test === null) return { status: null, text: t("none") };
    if (test.outcome === "ok") return { status: "succeeded", text: t("ok") };
    if (test.outcome === "cleanup") return { status: "partial", text: t("cleanup") };
    const failed = test.steps.find(({ ok, skipped }) => !ok && !skipped);
    const word = failed && isUnreachable(failed) && !isLocal ? "unreachable" : (failed?.step ?? "resolve");
    return { status: "failed", text: t(word) };
  };
}
