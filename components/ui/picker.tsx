"use client";

import { Check, Search } from "lucide-react";
import type { ReactNode, Ref } from "react";

import { buttonVariants } from "#components/ui/button.tsx";
import { ClosedTrigger } from "#components/ui/closed-trigger.tsx";
import { cn } from "#components/ui/cn.ts";
import { lazyPart, useLazyTrigger } from "#components/ui/lazy-part.ts";
import { popupClass } from "#components/ui/menu.tsx";

const part = lazyPart(async () => (await import("@base-ui/react/combobox")).Combobox);

export type PickerItem = { value: string; label: string; detail?: string };

type PickerProps = {
  value: string | null;
  onValueChange: (value: string) => void;
  items: readonly PickerItem[];
  /** The button's word. */
  children: ReactNode;
  /** The button's whole name, where its word says too little. */
  "aria-label"?: string;
  "aria-describedby"?: string | undefined;
  searchLabel: string;
  emptyText: ReactNode;
  triggerRef?: Ref<HTMLButtonElement>;
  className?: string;
};

/** A button that opens a list with a search field, for choosing one of many. */
export function Picker({ triggerRef, ...props }: PickerProps) {
  const { part: Base, wake, awakened } = useLazyTrigger(part);
  const trigger = {
    "aria-label": props["aria-label"],
    "aria-describedby": props["aria-describedby"],
    className: cn(buttonVariants({ variant: "secondary", size: "sm" }), props.className),
    children: props.children,
  };
  if (Base === null)
    return (
      <ClosedTrigger
        {...trigger}
        ref={triggerRef}
        popup="dialog"
        wake={wake}
        opensOn={(key) => key === "ArrowDown" || key === "ArrowUp"}
      />
    );
  const chosen = props.items.find(({ value }) => value === props.value) ?? null;
  return (
    <Base.Root
      items={props.items}
      value={chosen}
      onValueChange={(item: PickerItem | null) => item && props.onValueChange(item.value)}
      isItemEqualToValue={(a: PickerItem, b: PickerItem) => a.value === b.value}
      itemToStringLabel={(item: PickerItem) => `${item.label} ${item.detail ?? ""}`}
    >
      <Base.Trigger
        {...trigger}
        ref={(element) => {
          awakened(element);
          if (typeof triggerRef === "function") triggerRef(element);
          else if (triggerRef) triggerRef.current = element;
        }}
        // It opens a dialog with a search field; what is chosen stands beside it, not in it.
        role="button"
      />
      <Base.Portal>
        <Base.Positioner align="end" sideOffset={6} collisionPadding={8} className="z-50 outline-none">
          <Base.Popup aria-label={props.searchLabel} className={cn(popupClass, "w-96 p-0")}>
            <span className="flex h-10 items-center gap-2 border-b border-border px-3 has-[input:focus-visible]:outline-0">
              <Search size={16} aria-hidden className="text-subtle" />
              <Base.Input
                aria-label={props.searchLabel}
                placeholder={props.searchLabel}
                className="h-full min-w-0 flex-1 bg-transparent outline-none"
              />
            </span>
            <Base.Empty className="px-3 py-4 text-center text-muted empty:hidden">
              {props.emptyText}
            </Base.Empty>
            <Base.List className="max-h-72 overflow-y-auto p-1 empty:hidden">
              {(item: PickerItem) => (
                <Base.Item
                  key={item.value}
                  value={item}
                  className="flex min-h-10 cursor-pointer items-center gap-2 rounded-md px-2 py-1 outline-none select-none data-highlighted:bg-hover"
                >
                  <span className="grid size-4 flex-none place-items-center">
                    <Base.ItemIndicator>
                      <Check size={16} aria-hidden className="text-accent-fg" />
                    </Base.ItemIndicator>
                  </span>
                  <span className="min-w-0 flex-1">
                    <span className="block truncate font-medium">{item.label}</span>
                    {item.detail && <span className="block truncate text-xs text-subtle">{item.detail}</span>}
                  </span>
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
