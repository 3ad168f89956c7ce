"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, type ReactNode } from "react";

import { buttonVariants } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { backdropClass, dialogPart, isForAnother, portalClass } from "#components/ui/dialog.tsx";
import { useOpenedPart } from "#components/ui/lazy-part.ts";

export type SheetProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  side?: "right" | "left" | "bottom";
};

const SIDE = {
  right:
    "inset-y-2 right-2 w-[560px] max-w-[calc(100vw-16px)] rounded-xl border data-ending-style:translate-x-3 data-starting-style:translate-x-3",
  left: "inset-y-0 left-0 w-[280px] max-w-[85vw] border-e data-ending-style:-translate-x-3 data-starting-style:-translate-x-3",
  bottom:
    "inset-x-0 bottom-0 max-h-[85dvh] rounded-t-xl border-t data-ending-style:translate-y-3 data-starting-style:translate-y-3",
} as const;

/** A panel over the page, which stays behind it and cannot be reached meanwhile. */
export function Sheet({ open, onOpenChange, title, children, footer, side = "right" }: SheetProps) {
  const t = useTranslations("common");
  const Base = useOpenedPart(dialogPart, open);
  const popup = useRef<HTMLDivElement>(null);
  if (Base === null) return null;
  return (
    <Base.Root
      open={open}
      onOpenChange={(next, change) => {
        if (!isForAnother(change, popup.current)) onOpenChange(next);
      }}
    >
      <Base.Portal className={portalClass}>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup
          ref={popup}
          className={cn(
            "fixed z-50 flex flex-col border-border bg-raised shadow-3 outline-none",
            "transition-[opacity,translate] duration-(--dur-slow) ease-out data-ending-style:opacity-0 data-starting-style:opacity-0",
            SIDE[side],
          )}
        >
          <div className="flex h-14 flex-none items-center gap-2 border-b border-border ps-6 pe-3">
            <Base.Title className="min-w-0 flex-1 truncate text-md font-semibold">{title}</Base.Title>
            <Base.Close
              aria-label={t("close")}
              className={buttonVariants({ variant: "ghost", iconOnly: true })}
            >
              <X size={16} aria-hidden />
            </Base.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
          {footer && (
            <div className="flex min-h-16 flex-none flex-wrap items-center justify-end gap-2 border-t border-border px-6 py-3">
              {footer}
            </div>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
