"use client";

import { ChevronRight, CircleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, type ReactNode } from "react";

import { useEditor } from "#components/templates/editor-context.ts";

/** Fields beside each other: two on a phone, as many as fit elsewhere. */
export const FIELD_GRID =
  "grid grid-cols-2 items-start gap-x-3 gap-y-4 @[520px]:grid-cols-3 @[680px]:grid-cols-4";

type EditorSectionProps = {
  id: string;
  title: string;
  /** What is set in it, in a few words, for when it is closed. */
  summary: string;
  /** The options that it has fields for, without "spec.". */
  options: RegExp;
  isOpenAtFirst: boolean;
  children: ReactNode;
};

/** A part of the form that can be closed: its name, what is set in it, and how much of it is wrong. */
export function EditorSection(props: EditorSectionProps) {
  const { id, title, summary, options, isOpenAtFirst, children } = props;
  const t = useTranslations("templates.sections");
  const { issues } = useEditor();
  const wrong = issues.filter(({ path }) => options.test(path.replace(/^spec\./, ""))).length;
  // Then it is the reader's to open and to close.
  const [isOpen] = useState(isOpenAtFirst || wrong > 0);
  return (
    <details
      id={`section-${id}`}
      open={isOpen}
      className="group @container min-w-0 rounded-lg border border-border"
    >
      <summary className="flex min-h-11 list-none items-center gap-x-3 px-4 py-2 -outline-offset-2 hover:bg-hover group-open:border-b group-open:border-border [&::-webkit-details-marker]:hidden">
        <ChevronRight
          size={16}
          aria-hidden
          className="flex-none text-muted transition-transform duration-(--dur-base) group-open:rotate-90"
        />
        <h2 className="flex-none font-semibold">{title}</h2>
        <span className="ms-auto min-w-0 truncate text-xs text-subtle">{summary}</span>
        {wrong > 0 && (
          <span className="flex flex-none items-center gap-1 text-xs text-failed-fg">
            <CircleAlert size={14} aria-hidden />
            {t("wrong", { count: wrong })}
          </span>
        )}
      </summary>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4">{children}</div>
    </details>
  );
}
