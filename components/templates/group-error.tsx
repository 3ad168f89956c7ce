"use client";

import { useEditor } from "#components/templates/editor-context.ts";
import { FieldError } from "#components/ui/field.tsx";

/** What is wrong with an option that has several fields, and the place where its link leads. Takes no room when fine. */
export function GroupError({ option }: { option: string }) {
  const { errorOf } = useEditor();
  const id = `spec.${option}`;
  return (
    <div id={id} tabIndex={-1} className="outline-none empty:hidden">
      <FieldError id={id} error={errorOf(id)} />
    </div>
  );
}
