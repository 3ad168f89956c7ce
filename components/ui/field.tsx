import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";

import { cn } from "#components/ui/cn.ts";

type FieldProps = {
  /** Id of the control; its hint is `${id}-hint`, its error `${id}-error`: see {@link describedBy}. */
  id: string;
  label: ReactNode;
  /** Beside the label: a unit, "optional". */
  aside?: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  /** The label names a group of controls instead of one. */
  isGroup?: boolean;
  className?: string;
  children: ReactNode;
};

/** A label above a control, and under it a hint or what is wrong. */
export function Field({ id, label, aside, hint, error, isGroup = false, className, children }: FieldProps) {
  const Label = isGroup ? "span" : "label";
  return (
    <div className={cn("min-w-0", className)}>
      <div className="mb-1 flex items-baseline gap-2">
        <Label id={`${id}-label`} {...(!isGroup && { htmlFor: id })} className="font-medium">
          {label}
        </Label>
        {aside && <span className="text-xs text-subtle">{aside}</span>}
      </div>
      {children}
      <FieldError id={id} error={error} />
      {hint && (
        <div id={`${id}-hint`} className="mt-1 text-xs text-subtle">
          {hint}
        </div>
      )}
    </div>
  );
}

/** What is wrong with a field, under it. */
export function FieldError({ id, error }: { id: string; error: ReactNode }) {
  if (!error) return null;
  return (
    <p id={`${id}-error`} className="mt-1 flex gap-1.5 text-xs text-failed-fg">
      <CircleAlert size={14} aria-hidden className="mt-px" />
      <span className="min-w-0 break-words">{error}</span>
    </p>
  );
}

/** The control's side of {@link Field}: id, description, invalid. */
export function describedBy(id: string, { hint, error }: { hint?: unknown; error?: unknown }) {
  const ids = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return {
    id,
    "aria-describedby": ids === "" ? undefined : ids,
    "aria-invalid": error ? true : undefined,
  } as const;
}
