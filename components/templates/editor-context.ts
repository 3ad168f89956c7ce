"use client";

import { createContext, useContext } from "react";

import type { FormIssue } from "#components/templates/template-form.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";

/** What the sections of the editor share: the settings, a way to change them, and what is wrong with them. */
export type Editor = {
  spec: EncodeSpec;
  setSpec: (spec: EncodeSpec) => void;
  issues: readonly FormIssue[];
  /** The sentences about a field, joined; null when it is fine. */
  errorOf: (path: string) => string | null;
};

export const EditorContext = createContext<Editor | null>(null);

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (editor === null) throw new Error("This part stands in the template editor.");
  return editor;
}
