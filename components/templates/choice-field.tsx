"use client";

import type { ReactNode } from "react";

import { describedBy, Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";

type ChoiceFieldProps<Value extends string> = {
  id: string;
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  /** `reason`: why it cannot be chosen now. */
  items: readonly { value: Value; label: string; reason?: string | null }[];
  hint?: ReactNode;
  error?: ReactNode;
  /** Somewhere else on the page an element with the id `${id}-error` tells the error. */
  isErrorElsewhere?: boolean;
  className?: string;
};

/** One of several, under a label. */
export function ChoiceField<Value extends string>(props: ChoiceFieldProps<Value>) {
  const { id, label, value, onChange, items, hint, error, className } = props;
  return (
    <Field
      id={id}
      label={label}
      isGroup
      hint={hint}
      error={props.isErrorElsewhere ? null : error}
      className={className ?? ""}
    >
      <Select
        {...describedBy(id, { hint, error })}
        value={value}
        onValueChange={onChange}
        items={items}
        className="w-full min-w-0"
      />
    </Field>
  );
}
