"use client";

import { useState, type ReactNode } from "react";

import { describedBy, Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

type NumberFieldProps = {
  id: string;
  label: string;
  value: number | undefined;
  /** NaN where a number is needed and the field is empty. */
  onChange: (value: number | undefined) => void;
  /** May stay empty: undefined. */
  isOptional?: boolean;
  /** The number that means the same as an empty field. */
  emptyAt?: number;
  unit?: string;
  step?: number;
  placeholder?: string;
  hint?: ReactNode;
  error?: ReactNode;
  /** Somewhere else on the page an element with the id `${id}-error` tells the error. */
  isErrorElsewhere?: boolean;
  className?: string;
};

/** A number with its unit. What is being typed stays as it is typed; what comes from elsewhere replaces it. */
export function NumberField(props: NumberFieldProps) {
  const { id, label, onChange, isOptional = false, emptyAt, unit, step = 1, hint, error, className } = props;
  const value = props.value === emptyAt ? undefined : props.value;
  const [typed, setTyped] = useState<{ text: string; value: number | undefined } | null>(null);
  const text =
    typed !== null && Object.is(typed.value, value)
      ? typed.text
      : value === undefined || Number.isNaN(value)
        ? ""
        : String(value);
  return (
    <Field
      id={id}
      label={label}
      hint={hint}
      error={props.isErrorElsewhere ? null : error}
      className={className ?? ""}
    >
      <Input
        {...describedBy(id, { hint, error })}
        size="sm"
        type="number"
        inputMode={step === 1 ? "numeric" : "decimal"}
        step={step}
        placeholder={props.placeholder}
        value={text}
        onChange={(event) => {
          const { value: next, validity } = event.target;
          const isEmpty = next === "" ? isOptional && !validity.badInput : Number(next) === emptyAt;
          // What is no number ("1e") comes as an empty text, too.
          const number = isEmpty ? undefined : next === "" ? Number.NaN : Number(next);
          setTyped({ text: next, value: number });
          onChange(number);
        }}
        end={unit && <span className="pe-1.5 text-xs text-subtle">{unit}</span>}
      />
    </Field>
  );
}
