"use client";

import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";

import { cn } from "#components/ui/cn.ts";
import { popupClass } from "#components/ui/menu.tsx";

type SelectProps<Value extends string> = {
  id: string;
  value: Value;
  onValueChange: (value: Value) => void;
  items: readonly { value: Value; label: string }[];
  "aria-label"?: string;
  className?: string;
};

/** One of several, in a list that opens. Name it with a `<label>` whose id is `${id}-label`, or `aria-label`. */
export function Select<Value extends string>({
  id,
  value,
  onValueChange,
  items,
  className,
  ...rest
}: SelectProps<Value>) {
  return (
    <Base.Root items={items} value={value} onValueChange={(next) => next !== null && onValueChange(next)}>
      <Base.Trigger
        {...rest}
        id={id}
        aria-labelledby={rest["aria-label"] ? undefined : `${id}-label ${id}`}
        className={cn(
          "inline-flex h-8 min-w-40 max-w-full items-center gap-2 rounded-md border border-control bg-surface ps-2.5 pe-2 text-start max-md:h-10",
          className,
        )}
      >
        <span className="min-w-0 flex-1 truncate">
          <Base.Value />
        </span>
        <Base.Icon>
          <ChevronDown size={16} aria-hidden className="text-muted" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50 outline-none">
          <Base.Popup className={cn(popupClass, "max-h-80 overflow-y-auto")}>
            {items.map((item) => (
              <Base.Item
                key={item.value}
                value={item.value}
                className="flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 py-1 outline-none select-none data-highlighted:bg-hover"
              >
                <span className="grid size-4 place-items-center">
                  <Base.ItemIndicator>
                    <Check size={16} aria-hidden className="text-accent-fg" />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText>{item.label}</Base.ItemText>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
