"use client";

import type { ReactNode } from "react";

import { describedBy, Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

type TextFieldProps = {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  type?: "text" | "url";
  placeholder?: string;
  maxLength?: number;
  hint?: ReactNode;
  error?: ReactNode;
  className?: string;
};

/** A line of text under its label. */
export function TextField(props: TextFieldProps) {
  const { id, label, value, onChange, type = "text", placeholder, maxLength, hint, error, className } = props;
  return (
    <Field id={id} label={label} hint={hint} error={error} className={className ?? ""}>
      <Input
        {...describedBy(id, { hint, error })}
        size="sm"
        type={type}
        value={value}
        placeholder={placeholder}
        maxLength={maxLength}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
