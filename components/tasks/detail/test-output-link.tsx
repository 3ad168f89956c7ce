"use client";

import { PlugZap } from "lucide-react";
import { useTranslations } from "next-intl";

import { ButtonLink } from "#components/ui/button.tsx";

/** Failures that the Output's settings or its storage are to blame for. */
export function isOutputFailure(code: string): boolean {
  return code === "OUTPUT_DENIED" || code === "OUTPUT_UNREACHABLE";
}

/** From what an Output refused to the page where its connection is tested. */
export function TestOutputLink({ outputId }: { outputId: string }) {
  const t = useTranslations("detail.failure");
  return (
    <ButtonLink href={`/outputs/${outputId}`} size="sm" className="max-md:h-10">
      <PlugZap size={16} aria-hidden />
      {t("testOutput")}
    </ButtonLink>
  );
}
