"use client";

import type { Menu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import Link from "next/link";
import {
  createContext,
  useContext,
  useMemo,
  type ComponentProps,
  type ReactElement,
  type ReactNode,
} from "react";

import { ClosedTrigger } from "#components/ui/closed-trigger.tsx";
import { cn } from "#components/ui/cn.ts";
import { lazyPart, useLazyTrigger, type LazyTrigger } from "#components/ui/lazy-part.ts";

type BaseMenu = typeof Menu;

const part = lazyPart(async () => (await import("@base-ui/react/menu")).Menu);
const MenuContext = createContext<LazyTrigger<BaseMenu> | null>(null);

function useMenu(): LazyTrigger<BaseMenu> {
  const menu = useContext(MenuContext);
  if (menu === null) throw new Error("Parts of a menu need a MenuRoot around them.");
  return menu;
}

/** For what stands in a {@link MenuPopup}, which is empty until the part is here. */
function useBase(): BaseMenu {
  const { part: base } = useMenu();
  if (base === null) throw new Error("What is in a menu needs a MenuPopup around it.");
  return base;
}

/** A menu and its trigger. Nothing but the trigger exists before the menu is opened for the first time. */
export function MenuRoot({ children }: { children: ReactNode }) {
  const { part: base, wake, awakened } = useLazyTrigger(part);
  const menu = useMemo(() => ({ part: base, wake, awakened }), [base, wake, awakened]);
  return (
    <MenuContext value={menu}>{base === null ? children : <base.Root>{children}</base.Root>}</MenuContext>
  );
}

type MenuTriggerProps = Omit<ComponentProps<"button">, "ref"> & { render?: ReactElement };

export function MenuTrigger({ render, ...props }: MenuTriggerProps) {
  const { part: base, wake, awakened } = useMenu();
  if (base !== null)
    return <base.Trigger {...props} ref={awakened} {...(render !== undefined && { render })} />;
  return (
    <ClosedTrigger
      {...props}
      render={render}
      popup="menu"
      wake={wake}
      opensOn={(key) => key === "ArrowDown" || key === "ArrowUp"}
    />
  );
}

export function MenuRadioGroup(props: ComponentProps<BaseMenu["RadioGroup"]>) {
  const Base = useBase();
  return <Base.RadioGroup {...props} />;
}

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
  /** Where the focus goes when the menu closes; its trigger, unless this says otherwise. */
  finalFocus?: ComponentProps<BaseMenu["Popup"]>["finalFocus"];
};

/** The floating part of a menu. */
export function MenuPopup({ children, align = "end", side = "bottom", className, ...rest }: MenuPopupProps) {
  const { part: Base } = useMenu();
  if (Base === null) return null;
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

type MenuItemProps = Omit<ComponentProps<BaseMenu["Item"]>, "disabled" | "className"> & {
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
  const Base = useBase();
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

/** A link that Next has no page for: a download. */
export function MenuAnchor(props: ComponentProps<BaseMenu["LinkItem"]>) {
  const Base = useBase();
  return <Base.LinkItem closeOnClick {...props} />;
}

type MenuLinkProps = { href: string; icon?: ReactElement; children: ReactNode };

export function MenuLink({ href, icon, children }: MenuLinkProps) {
  const Base = useBase();
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
}: Omit<ComponentProps<BaseMenu["RadioItem"]>, "className">) {
  const Base = useBase();
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
}: Omit<ComponentProps<BaseMenu["CheckboxItem"]>, "className">) {
  const Base = useBase();
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
  const Base = useBase();
  return (
    <Base.GroupLabel className="px-2 pt-2 pb-1 text-xs font-medium text-subtle">{children}</Base.GroupLabel>
  );
}

export function MenuSeparator() {
  const Base = useBase();
  return <Base.Separator className="-mx-1 my-1 h-px bg-border" />;
}
