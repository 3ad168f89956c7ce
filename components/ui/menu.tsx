"use client";

import { Menu as Base } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import Link from "next/link";
import type { ComponentProps, ReactElement, ReactNode } from "react";

import { cn } from "#components/ui/cn.ts";

export const MenuRoot = Base.Root;
export const MenuTrigger = Base.Trigger;
export const MenuGroup = Base.Group;
export const MenuRadioGroup = Base.RadioGroup;

export const popupClass =
  "min-w-44 max-w-[min(24rem,calc(100vw-16px))] rounded-lg border border-border bg-raised p-1 shadow-3 outline-none transition-[opacity,translate] duration-(--dur-base) ease-out data-ending-style:opacity-0 data-starting-style:-translate-y-1 data-starting-style:opacity-0";

const itemClass =
  "flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 py-1 outline-none select-none data-highlighted:bg-hover [&>.lucide]:text-muted";

type MenuPopupProps = {
  children: ReactNode;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom";
  className?: string;
  "aria-label"?: string;
};

/** The floating part of a menu. */
export function MenuPopup({ children, align = "end", side = "bottom", className, ...rest }: MenuPopupProps) {
  return (
    <Base.Portal>
      <Base.Positioner
        align={align}
        side={side}
        sideOffset={4}
        collisionPadding={8}
        className="z-50 outline-none"
      >
        <Base.Popup {...rest} className={cn(popupClass, className)}>
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}

type MenuItemProps = Omit<ComponentProps<typeof Base.Item>, "disabled" | "className"> & {
  icon?: ReactElement;
  tone?: "neutral" | "danger";
  /** Why it cannot be chosen now; shown as its second line. */
  disabledReason?: string | null | undefined;
};

export function MenuItem({
  icon,
  tone = "neutral",
  disabledReason,
  children,
  onClick,
  closeOnClick,
  ...rest
}: MenuItemProps) {
  return (
    <Base.Item
      {...rest}
      aria-disabled={disabledReason ? true : undefined}
      closeOnClick={disabledReason ? false : (closeOnClick ?? true)}
      onClick={disabledReason ? (event) => event.preventDefault() : onClick}
      className={cn(
        itemClass,
        tone === "danger" && "text-failed-fg data-highlighted:bg-failed-soft [&>.lucide]:text-inherit",
        disabledReason &&
          "cursor-not-allowed text-subtle data-highlighted:bg-hover [&>.lucide]:text-disabled",
      )}
    >
      {icon}
      <span className="min-w-0">
        <span className="block">{children}</span>
        {disabledReason && <span className="block text-xs text-subtle">{disabledReason}</span>}
      </span>
    </Base.Item>
  );
}

type MenuLinkProps = { href: string; icon?: ReactElement; children: ReactNode };

export function MenuLink({ href, icon, children }: MenuLinkProps) {
  return (
    <Base.LinkItem closeOnClick render={<Link href={href} />} className={itemClass}>
      {icon}
      {children}
    </Base.LinkItem>
  );
}

export function MenuRadioItem({
  children,
  ...rest
}: Omit<ComponentProps<typeof Base.RadioItem>, "className">) {
  return (
    <Base.RadioItem {...rest} closeOnClick className={itemClass}>
      <span className="grid size-4 place-items-center">
        <Base.RadioItemIndicator>
          <Check size={16} aria-hidden className="text-accent-fg" />
        </Base.RadioItemIndicator>
      </span>
      {children}
    </Base.RadioItem>
  );
}

export function MenuCheckboxItem({
  children,
  ...rest
}: Omit<ComponentProps<typeof Base.CheckboxItem>, "className">) {
  return (
    <Base.CheckboxItem {...rest} className={itemClass}>
      <span className="grid size-4 flex-none place-items-center rounded-sm border border-control [[data-checked]>&]:border-accent [[data-checked]>&]:bg-accent">
        <Base.CheckboxItemIndicator>
          <Check size={12} strokeWidth={2.5} aria-hidden className="text-on-accent" />
        </Base.CheckboxItemIndicator>
      </span>
      {children}
    </Base.CheckboxItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <Base.GroupLabel className="px-2 pt-2 pb-1 text-xs font-medium text-subtle">{children}</Base.GroupLabel>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="-mx-1 my-1 h-px bg-border" />;
}
