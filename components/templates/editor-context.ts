"use client";

import { createContext, useContext } from "react";

import type { Changes } from "#components/templates/patched.ts";
import type { FormIssue } from "#components/templates/template-form.ts";
import type { AudioSpec, EncodeSpec, VideoSpec } from "#lib/media/encode-spec.ts";

/** What the sections of the editor share: the settings, ways to change them, and what is wrong with them. */
export type Editor = {
  spec: EncodeSpec;
  setSpec: (spec: EncodeSpec) => void;
  /** Undefined takes an option away. */
  change: (changes: Changes<EncodeSpec>) => void;
  /** Of the video, if there is one. */
  changeVideo: (changes: Changes<VideoSpec>) => void;
  changeAudio: (changes: Changes<AudioSpec>) => void;
  issues: readonly FormIssue[];
  /** The sentences about a field, joined; null when it is fine. */
  errorOf: (path: string) => string | null;
  /** Why the workers' ffmpeg cannot do what `changes` would ask for and the settings do not yet; null when it can. */
  lackOf: (changes: Changes<EncodeSpec>) => string | null;
};

export const EditorContext = createContext<Editor | null>(null);

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (editor === null) throw new Error("This part stands in the template editor.");
  return editor;
}
