"use client";

import { CopyButton } from "#components/ui/copy-button.tsx";
import { cn } from "#components/ui/cn.ts";

type CodeBlockProps = {
  text: string;
  /** Its name for a screen reader and for the copy button. */
  label: string;
  /** At most twelve lines high; the rest scrolls. */
  isShort?: boolean;
  className?: string;
};

/** Text in mono on a sunken ground, with a copy button. Scrolls by keyboard too. */
export function CodeBlock({ text, label, isShort = false, className }: CodeBlockProps) {
  return (
    <div className={cn("relative rounded-lg border border-border bg-sunken", className)}>
      <CopyButton text={text} label={label} className="absolute end-2 top-2 bg-sunken" />
      {/* A scrollable region must be reachable without a pointer (WCAG 2.1.1). */}
      <pre
        tabIndex={0}
        role="region"
        aria-label={label}
        className={cn(
          "overflow-x-auto p-4 pe-12 font-mono text-xs/5 tracking-[-0.01em] wrap-anywhere whitespace-pre-wrap",
          isShort && "max-h-62 overflow-y-auto",
        )}
      >
        {text}
      </pre>
    </div>
  );
}
