"use client";

import { useTranslations } from "next-intl";

import type { OutputTest, TestStep, TestStepName } from "#lib/outputs/view.ts";

/** The steps of a test in words: of a bucket, or of a local folder. */
export function useTestWords(isLocal: boolean) {
  const t = useTranslations("outputs.test");
  return {
    step: (step: TestStepName) => t(`${isLocal ? "localSteps" : "steps"}.${step}`),
    failed: ({ step, code = "" }: TestStep) =>
      isLocal && (step === "resolve" || step === "authenticate")
        ? t(`localFailed.${step}`, { code })
        : t(`failed.${step}`, { code }),
    fix: ({ step }: TestStep) => t(`${isLocal ? "localFix" : "fix"}.${step}`),
  };
}

/** A test in two words, for lists. */
export function useTestState(): (test: OutputTest | null) => {
  status: "succeeded" | "partial" | "failed" | null;
  text: string;
} {
  const t = useTranslations("outputs.testState");
  return (test) => {
    if (test === null) return { status: null, text: t("none") };
    if (test.outcome === "ok") return { status: "succeeded", text: t("ok") };
    if (test.outcome === "cleanup") return { status: "partial", text: t("cleanup") };
    const failed = test.steps.find(({ ok, skipped }) => !ok && !skipped);
    return { status: "failed", text: t(failed?.step ?? "resolve") };
  };
}
