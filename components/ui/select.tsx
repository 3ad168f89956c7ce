"use client";

import { Check, ChevronDown } from "lucide-react";

import { ClosedTrigger } from "#components/ui/closed-trigger.tsx";
import { cn } from "#components/ui/cn.ts";
import { lazyPart, useLazyTrigger } from "#components/ui/lazy-part.ts";
import { popupClass } from "#components/ui/menu.tsx";

const part = lazyPart(async () => (await import("@base-ui/react/select")).Select);

type SelectProps<Value extends string> = {
  id: string;
  value: Value;
  onValueChange: (value: Value) => void;
  /** `reason`: why it cannot be chosen now. */
  items: readonly { value: Value; label: string; reason?: string | null }[];
  "aria-label"?: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: true | undefined;
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
  const { part: Base, wake, awakened } = useLazyTrigger(part);
  const trigger = {
    ...rest,
    id,
    "aria-labelledby": rest["aria-label"] ? undefined : `${id}-label ${id}`,
    className: cn(
      "inline-flex h-8 min-w-40 max-w-full items-center gap-2 rounded-md border border-control bg-surface ps-2.5 pe-2 text-start aria-invalid:border-failed max-md:h-10",
      className,
    ),
  };
  const chevron = <ChevronDown size={16} aria-hidden className="text-muted" />;
  if (Base === null)
    return (
      <ClosedTrigger {...trigger} role="combobox" popup="listbox" wake={wake} opensOn={isSelectKey}>
        <span className="min-w-0 flex-1 truncate">{items.find((item) => item.value === value)?.label}</span>
        <span aria-hidden>{chevron}</span>
      </ClosedTrigger>
    );
  return (
    <Base.Root items={items} value={value} onValueChange={(next) => next !== null && onValueChange(next)}>
      <Base.Trigger {...trigger} ref={awakened}>
        <span className="min-w-0 flex-1 truncate">
          <Base.Value />
        </span>
        <Base.Icon>{chevron}</Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50 outline-none">
          <Base.Popup className={cn(popupClass, "max-h-80 overflow-y-auto")}>
            {items.map((item) => (
              <Base.Item
                key={item.value}
                value={item.value}
                disabled={Boolean(item.reason) && item.value !== value}
                className="flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 py-1 outline-none select-none data-disabled:cursor-not-allowed data-disabled:text-disabled data-highlighted:bg-hover"
              >
                <span className="grid size-4 place-items-center">
                  <Base.ItemIndicator>
                    <Check size={16} aria-hidden className="text-accent-fg" />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText>{item.label}</Base.ItemText>
                {item.reason && <span className="text-xs text-subtle">{item.reason}</span>}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Arrows open the list; a letter chooses what begins with it. */
function isSelectKey(key: string): boolean {
  return key === "ArrowDown" || key === "ArrowUp" || (key.length === 1 && key !== " ");
}
