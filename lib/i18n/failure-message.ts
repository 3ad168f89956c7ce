import { createTranslator } from "use-intl/core";

import { FAILURE_CODES, type FailureCode, type FailureParams } from "#lib/errors.ts";
import failures from "#lib/i18n/messages/en/failures.json" with { type: "json" };
import type { FailureView } from "#lib/jobs/view.ts";

type Translate = (key: string, params: FailureParams) => string;

/**
 * Throws where a sentence has no text or lacks a figure, so that one with a hole is never shown. Keys are made from
 * codes at run time, hence the wider type.
 */
const translate = createTranslator({
  locale: "en",
  messages: failures,
  timeZone: "UTC",
  onError: (error) => {
    throw error;
  },
}) as unknown as Translate;

/**
 * A failure as the API shows it: `message` is an English sentence of cause and one of what to do. Total: an unknown
 * code, or a sentence whose figures are missing, reads as UNKNOWN; `code`, `params` and `evidence` stay as they are.
 */
export function failureView(code: string, params: unknown, evidence: readonly string[] = []): FailureView {
  const known = readParams(params);
  return { code, params: known, message: failureMessage(code, known), evidence: [...evidence] };
}

/** Cause and what to do, in English. */
export function failureMessage(code: string, params: FailureParams): string {
  if (isFailureCode(code)) {
    try {
      return `${translate(`${code}.why`, params)} ${translate(`${code}.fix`, params)}`;
    } catch {
      // A figure that the sentence needs was not given: say less rather than something broken.
    }
  }
  return `${translate("UNKNOWN.why", {})} ${translate("UNKNOWN.fix", {})}`;
}

function isFailureCode(code: string): code is FailureCode {
  return (FAILURE_CODES as readonly string[]).includes(code);
}

function readParams(params: unknown): FailureParams {
  if (typeof params !== "object" || params === null) return {};
  const entries = Object.entries(params).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === "string" || typeof entry[1] === "number",
  );
  return Object.fromEntries(entries);
}
