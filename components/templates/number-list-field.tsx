"use client";

import { useState, type ReactNode } from "react";

import { useEditor } from "#components/templates/editor-context.ts";
import { readNumbers, writeNumbers } from "#components/templates/number-list.ts";
import { TextField } from "#components/templates/text-field.tsx";

type NumberListFieldProps = {
  id: string;
  label: string;
  values: readonly number[];
  onChange: (values: number[]) => void;
  placeholder?: string;
  hint?: ReactNode;
  error?: ReactNode;
  className?: string;
};

/** Several numbers in a row. What is being typed stays as it is typed; what comes from elsewhere replaces it. */
export function NumberListField(props: NumberListFieldProps) {
  const { values, onChange, error, ...rest } = props;
  const { issues, errorOf } = useEditor();
  const [typed, setTyped] = useState<{ text: string; key: string } | null>(null);
  const key = writeNumbers(values);
  // The first number that is wrong speaks for all of them.
  const one = issues.find(({ path }) => path.startsWith(`${props.id}.`));
  return (
    <TextField
      {...rest}
      value={typed?.key === key ? typed.text : key}
      error={error ?? (one ? errorOf(one.path) : null)}
      onChange={(text) => {
        const numbers = readNumbers(text);
        setTyped({ text, key: writeNumbers(numbers) });
        onChange(numbers);
      }}
    />
  );
}
