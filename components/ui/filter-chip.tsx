"use client";

import { X } from "lucide-react";
import type { ReactNode } from "react";

type FilterChipProps = {
  /** What is filtered, e.g. "Status". */
  label: string;
  value: ReactNode;
  removeLabel: string;
  onRemove: () => void;
};

/** An active filter: key, bold value, remove. */
export function FilterChip({ label, value, removeLabel, onRemove }: FilterChipProps) {
  return (
    <span className="inline-flex h-7 flex-none items-center overflow-clip rounded-md border border-border-strong bg-raised text-muted">
      <span className="max-w-56 truncate px-2">
        {label} <b className="font-medium text-fg">{value}</b>
      </span>
      <button
        type="button"
        aria-label={removeLabel}
        onClick={onRemove}
        className="grid h-6.5 w-6.5 place-items-center border-s border-border text-subtle -outline-offset-2 hover:bg-hover"
      >
        <X size={14} aria-hidden />
      </button>
    </span>
  );
}
