"use client";

import { useId, type ReactElement, type ReactNode } from "react";

import { lazyPart, useLazyTrigger, withProps } from "#components/ui/lazy-part.ts";

const part = lazyPart(async () => (await import("@base-ui/react/tooltip")).Tooltip);
const OPEN_DELAY_MILLISECONDS = 400;

type TooltipProps = {
  content: ReactNode;
  /** The one focusable element that it belongs to. */
  children: ReactElement<Record<string, unknown>>;
  side?: "top" | "bottom" | "left" | "right";
};

/** A label on hover and on focus. It must never hold the only copy of what a person needs. */
export function Tooltip({ content, children, side = "top" }: TooltipProps) {
  const id = useId();
  // An element that is already named by these words needs no description that repeats them.
  const isName = children.props["aria-label"] === content;
  const { part: Base, wake, awakened } = useLazyTrigger(part);
  const describedBy = isName ? undefined : id;
  const description = !isName && (
    <span id={id} hidden>
      {content}
    </span>
  );
  if (Base === null)
    return (
      <>
        {withProps(children, { "aria-describedby": describedBy, onPointerEnter: wake, onFocus: wake })}
        {description}
      </>
    );
  return (
    <Base.Root
      onOpenChange={(isOpen, change) => {
        // A pointer that was gone before this trigger stood never leaves it.
        if (isOpen && change.reason === "trigger-hover" && change.trigger?.matches(":hover") === false)
          change.cancel();
      }}
    >
      <Base.Trigger
        ref={awakened}
        render={children}
        delay={OPEN_DELAY_MILLISECONDS}
        closeDelay={0}
        closeOnClick={false}
        aria-describedby={describedBy}
      />
      {description}
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="z-70">
          <Base.Popup className="max-w-72 rounded-md bg-inverse px-2 py-1 text-xs text-on-inverse shadow-2 transition-[opacity,translate] duration-(--dur-base) ease-out data-ending-style:opacity-0 data-starting-style:translate-y-1 data-starting-style:opacity-0 data-instant:duration-0">
            {content}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
