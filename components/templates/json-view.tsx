"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";

import { fieldKey } from "#components/templates/field-key.ts";
import { findJsonError } from "#components/templates/find-json-error.ts";
import { Button } from "#components/ui/button.tsx";
import { describedBy, Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { encodeSpecSchema, type EncodeSpec } from "#lib/media/encode-spec.ts";

/** `unknown`: keys that stand there and mean nothing. */
export type JsonIssue = { path: string; message: string; unknown: string[] };

export type JsonDraft =
  | { text: string; state: "valid"; spec: EncodeSpec }
  | { text: string; state: "syntax"; line: number; column: number; offset: number }
  | { text: string; state: "shape"; issues: JsonIssue[] };

/** What a text in the JSON view is: a spec, JSON of another shape, or no JSON and where it breaks. */
export function readDraft(text: string): JsonDraft {
  const broken = findJsonError(text);
  if (broken) return { text, state: "syntax", ...broken };
  const parsed = encodeSpecSchema.safeParse(JSON.parse(text));
  if (parsed.success) return { text, state: "valid", spec: parsed.data };
  const issues = parsed.error.issues.map((issue) => ({
    path: issue.path.map(String).join("."),
    message: issue.message,
    unknown: issue.code === "unrecognized_keys" ? issue.keys : [],
  }));
  return { text, state: "shape", issues };
}

type JsonViewProps = {
  draft: JsonDraft;
  onChange: (draft: JsonDraft) => void;
  isReadOnly: boolean;
};

/** The settings as JSON. What cannot be read is told with its place, and the form keeps what could be read last. */
export function JsonView({ draft, onChange, isReadOnly }: JsonViewProps) {
  const t = useTranslations("templates.json");
  const words = useShapeWords();
  const ref = useRef<HTMLTextAreaElement>(null);
  const error =
    draft.state === "syntax" ? (
      <>
        {t("syntax", { line: draft.line, column: draft.column })}{" "}
        <Button
          size="sm"
          variant="ghost"
          className="-my-1.5 text-xs"
          onClick={() => {
            const at = Math.min(draft.offset, draft.text.length);
            ref.current?.focus();
            ref.current?.setSelectionRange(at, Math.min(at + 1, draft.text.length));
          }}
        >
          {t("show")}
        </Button>
      </>
    ) : draft.state === "shape" ? (
      <span className="grid gap-1">
        {draft.issues.map((issue, index) => (
          <span key={index}>
            {issue.path !== "" && <code className="font-mono">{issue.path}</code>} {words(issue)}
          </span>
        ))}
      </span>
    ) : null;
  const hint = draft.state === "valid" ? t("hint") : t("kept");
  return (
    <Field id="spec-json" label={t("label")} hint={hint} error={error}>
      <Textarea
        {...describedBy("spec-json", { hint, error })}
        ref={ref}
        readOnly={isReadOnly}
        value={draft.text}
        onChange={(event) => onChange(readDraft(event.target.value))}
        spellCheck={false}
        autoComplete="off"
        className="max-h-none min-h-96 bg-sunken font-mono text-xs/5"
      />
    </Field>
  );
}

/** What is wrong with a value, in the reader's language; the schema's own sentence where the catalogue has none. */
function useShapeWords(): (issue: JsonIssue) => string {
  const t = useTranslations("templates.json");
  const tShape = useTranslations("templates.errors.shape");
  return ({ path, message, unknown }) => {
    if (unknown.length > 0) return t("unknown", { count: unknown.length, keys: unknown.join(", ") });
    const key = fieldKey(path);
    return tShape.has(key as never) ? tShape(key as never) : t("invalid", { message });
  };
}
