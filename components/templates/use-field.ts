"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { fieldKey } from "#components/templates/field-key.ts";
import { useEditor } from "#components/templates/editor-context.ts";

type FieldProps = { id: string; label: string; hint: ReactNode; error: string | null };

/** What a field of the settings says, by the path of its option: its id, its words and what is wrong with it. */
export function useField(): (path: string) => FieldProps {
  const t = useTranslations("templates.fields");
  const { errorOf } = useEditor();
  return (path) => {
    const key = fieldKey(path);
    const hint = `${key}.hint`;
    return {
      id: `spec.${path}`,
      label: t(`${key}.label` as never),
      hint: t.has(hint as never) ? t(hint as never) : null,
      error: errorOf(`spec.${path}`),
    };
  };
}
