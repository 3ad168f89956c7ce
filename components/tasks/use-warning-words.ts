"use client";

import { createTranslator, useLocale, useMessages } from "next-intl";
import { useMemo } from "react";

import type { MediaWarning } from "#lib/media/media-info.ts";

/** Words a warning about media in the reader's language; the bare code where the catalogue has no sentence for it. */
export function useWarningWords(): (warning: MediaWarning) => string {
  const locale = useLocale();
  const messages = useMessages() as unknown as { warnings: Record<string, string> };
  return useMemo(() => {
    const t = createTranslator<Record<string, string>>({
      locale,
      messages: messages.warnings,
      timeZone: "UTC",
      onError: (error) => {
        throw error;
      },
    });
    return ({ code, params }) => {
      try {
        return t(code, params);
      } catch {
        return code;
      }
    };
  }, [locale, messages]);
}
