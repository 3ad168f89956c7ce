"use client";

import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import type { ReactElement, ReactNode } from "react";

import { cn } from "#components/ui/cn.ts";

type SegmentedProps<Value extends string> = {
  "aria-label": string;
  value: Value;
  onValueChange: (value: Value) => void;
  items: readonly { value: Value; label: ReactNode; icon?: ReactElement }[];
  /** Takes the whole width below 768 px, without icons. */
  isWideOnPhone?: boolean;
  className?: string;
};

/** One of a few, all in view: 32 px outside, 28 inside. Arrow keys choose. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  return (
    <RadioGroup
      aria-label={props["aria-label"]}
      value={props.value}
      onValueChange={(value) => props.onValueChange(value)}
      className={cn(
        "inline-flex gap-0.5 rounded-lg bg-sunken p-0.5 shadow-[inset_0_0_0_1px_var(--border)]",
        props.isWideOnPhone && "max-md:flex max-md:w-full",
        props.className,
      )}
    >
      {props.items.map((item) => (
        <Radio.Root
          key={item.value}
          value={item.value}
          render={<button type="button" />}
          nativeButton
          className={cn(
            "inline-flex h-7 items-center justify-center gap-1.5 rounded-md px-3 font-medium whitespace-nowrap text-muted hover:text-fg",
            "data-checked:bg-raised data-checked:text-fg data-checked:shadow-[0_0_0_1px_var(--border-strong),var(--elev-1)] data-checked:[&>.lucide]:text-accent-fg",
            props.isWideOnPhone && "max-md:h-9 max-md:flex-1 max-md:px-1 max-md:[&>.lucide]:hidden",
          )}
        >
          {item.icon}
          {item.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
