"use client";

import { createTranslator, useLocale, useMessages } from "next-intl";
import { useMemo } from "react";

import type { FailureView } from "#lib/jobs/view.ts";

export type FailureWords = Record<"title" | "why" | "fix", string>;
type Catalogue = { failures: Record<string, FailureWords> };

/**
 * Words a failure in the reader's language. Total: a code that the catalogue does not know, or a sentence whose figures
 * are missing, reads as UNKNOWN instead of as something broken.
 */
export function useFailureWords(): (failure: Pick<FailureView, "code" | "params">) => FailureWords {
  const locale = useLocale();
  const messages = useMessages() as unknown as Catalogue;
  return useMemo(() => {
    const t = createTranslator<Record<string, Record<"title" | "why" | "fix", string>>>({
      locale,
      messages: messages.failures,
      timeZone: "UTC",
      onError: (error) => {
        throw error;
      },
    });
    const read = (code: string, params: Record<string, string | number>): FailureWords => ({
      title: t(`${code}.title` as never, params as never),
      why: t(`${code}.why` as never, params as never),
      fix: t(`${code}.fix` as never, params as never),
    });
    return ({ code, params }) => {
      try {
        return read(code, params);
      } catch {
        return read("UNKNOWN", { detail: code });
      }
    };
  }, [locale, messages]);
}
