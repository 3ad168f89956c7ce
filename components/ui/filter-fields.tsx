"use client";

import { useId, type ReactNode } from "react";

import { cn } from "#components/ui/cn.ts";

const CONTROL =
  "h-8 w-full min-w-0 rounded-md border border-control bg-surface px-2 text-fg focus-visible:-outline-offset-1 max-md:h-10";

export type FilterFieldProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
  labelClassName?: string;
};

const LABEL = "mb-1 block text-xs text-subtle";

/** One of a filter's choices, by the browser's own list. */
export function FilterChoice(props: FilterFieldProps & { children: ReactNode }) {
  const { label, value, onChange, className, labelClassName = LABEL, children } = props;
  const id = useId();
  return (
    <div className={cn("min-w-0", className)}>
      <label htmlFor={id} className={labelClassName}>
        {label}
      </label>
      <select id={id} className={CONTROL} value={value} onChange={(event) => onChange(event.target.value)}>
        {children}
      </select>
    </div>
  );
}

/** A day (YYYY-MM-DD), by the browser's own calendar. */
export function FilterDate({ label, value, onChange, className, labelClassName = LABEL }: FilterFieldProps) {
  const id = useId();
  return (
    <div className={cn("min-w-0", className)}>
      <label htmlFor={id} className={labelClassName}>
        {label}
      </label>
      <input
        id={id}
        type="date"
        className={CONTROL}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
