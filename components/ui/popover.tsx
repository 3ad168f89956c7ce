"use client";

import type { ComponentProps, ReactElement, ReactNode } from "react";

import { ClosedTrigger } from "#components/ui/closed-trigger.tsx";
import { cn } from "#components/ui/cn.ts";
import { lazyPart, useLazyTrigger } from "#components/ui/lazy-part.ts";
import { popupClass } from "#components/ui/menu.tsx";

const part = lazyPart(async () => (await import("@base-ui/react/popover")).Popover);

type PopoverProps = {
  /** The button that opens it. */
  trigger: ReactElement<ComponentProps<"button">>;
  "aria-label": string;
  align?: "start" | "end";
  className?: string;
  children: ReactNode;
};

/** A panel beside its button; the page stays usable. Nothing but the button exists before it is opened. */
export function Popover({ trigger, align = "start", className, children, ...rest }: PopoverProps) {
  const { part: Base, wake, awakened } = useLazyTrigger(part);
  if (Base === null) return <ClosedTrigger render={trigger} popup="dialog" wake={wake} />;
  return (
    <Base.Root>
      <Base.Trigger ref={awakened} render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} collisionPadding={8} className="z-50 outline-none">
          <Base.Popup {...rest} className={cn(popupClass, className)}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
