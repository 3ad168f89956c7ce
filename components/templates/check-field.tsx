"use client";

import type { ReactNode } from "react";

import { cn } from "#components/ui/cn.ts";
import { describedBy, FieldError } from "#components/ui/field.tsx";

type CheckFieldProps = {
  id: string;
  label: string;
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
  hint?: ReactNode;
  error?: ReactNode;
  /** Why it cannot be chosen; said in place of the hint. What is chosen can be taken back. */
  reason?: string | null;
  className?: string;
};

/** Something that is so or not, with its words beside the box. */
export function CheckField(props: CheckFieldProps) {
  const { id, label, isChecked, onChange, error, className } = props;
  const isDisabled = Boolean(props.reason) && !isChecked;
  const hint = isDisabled ? props.reason : props.hint;
  return (
    <div className={cn("min-w-0", className)}>
      <label className={cn("flex min-h-6 items-start gap-2", isDisabled && "text-disabled")}>
        <input
          {...describedBy(id, { hint, error })}
          type="checkbox"
          className="check mt-0.5 flex-none"
          checked={isChecked}
          disabled={isDisabled}
          onChange={(event) => onChange(event.target.checked)}
        />
        <span className="min-w-0">{label}</span>
      </label>
      <FieldError id={id} error={error} />
      {hint && (
        <div id={`${id}-hint`} className="mt-1 text-xs text-subtle">
          {hint}
        </div>
      )}
    </div>
  );
}
