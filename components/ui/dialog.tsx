"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, type ReactNode, type RefObject } from "react";

import { buttonVariants } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { lazyPart, useOpenedPart } from "#components/ui/lazy-part.ts";

export type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  /** Right-aligned buttons. */
  footer?: ReactNode;
  size?: "sm" | "md" | "lg";
  initialFocus?: RefObject<HTMLElement | null>;
  finalFocus?: RefObject<HTMLElement | null>;
  /** An alert dialog does not close on a click outside. */
  isAlert?: boolean;
};

const WIDTH = { sm: "w-[420px]", md: "w-[560px]", lg: "w-[800px]" } as const;

export const backdropClass =
  "fixed inset-0 z-40 bg-scrim transition-opacity duration-(--dur-slow) data-ending-style:opacity-0 data-starting-style:opacity-0";

/** Each dialog is a layer of its own: one that opens over another has its backdrop over it too. */
export const portalClass = "relative z-50";

/** What dialogs and sheets are made of. */
export const dialogPart = lazyPart(async () => (await import("@base-ui/react/dialog")).Dialog);

/** What Base UI says about a dialog that is to open or close. */
type Change = { reason: string; event: Event };

/**
 * Whether an Escape was meant for a dialog that stands over this one: Base UI tells every open dialog that is not nested
 * in the other's tree, such as the one that asks for a sign-in over a form.
 */
export function isForAnother({ reason, event }: Change, popup: HTMLElement | null): boolean {
  if (reason !== "escape-key" || !(event.target instanceof Element)) return false;
  const owner = event.target.closest("[role=dialog], [role=alertdialog]");
  return owner !== null && owner !== popup;
}

/** A modal dialog: focus moves in, is kept, and returns to the opener. */
export function Dialog(props: DialogProps) {
  const t = useTranslations("common");
  const Base = useOpenedPart(dialogPart, props.open);
  const popup = useRef<HTMLDivElement>(null);
  if (Base === null) return null;
  return (
    <Base.Root
      open={props.open}
      onOpenChange={(open, change) => {
        if (!isForAnother(change, popup.current)) props.onOpenChange(open);
      }}
      disablePointerDismissal={props.isAlert ?? false}
    >
      <Base.Portal className={portalClass}>
        <Base.Backdrop className={backdropClass} />
        <Base.Viewport className="fixed inset-0 z-50 grid grid-cols-[minmax(0,1fr)] items-center justify-items-center overflow-y-auto p-4">
          <Base.Popup
            ref={popup}
            role={props.isAlert ? "alertdialog" : "dialog"}
            {...(props.initialFocus && { initialFocus: props.initialFocus })}
            {...(props.finalFocus && { finalFocus: props.finalFocus })}
            className={cn(
              "flex max-h-[calc(100dvh-32px)] max-w-full flex-col rounded-xl border border-border bg-raised shadow-3 outline-none",
              "transition-[opacity,translate] duration-(--dur-slow) ease-out data-ending-style:opacity-0 data-starting-style:translate-y-3 data-starting-style:opacity-0",
              WIDTH[props.size ?? "sm"],
            )}
          >
            <div className="flex items-start gap-2 px-5 pt-4 pb-3">
              <div className="min-w-0 flex-1 pt-1">
                <Base.Title className="text-md font-semibold break-words">{props.title}</Base.Title>
                {props.description && (
                  <Base.Description className="mt-1 text-muted" render={<div />}>
                    {props.description}
                  </Base.Description>
                )}
              </div>
              <Base.Close
                aria-label={t("close")}
                className={cn(buttonVariants({ variant: "ghost", iconOnly: true }), "-me-2")}
              >
                <X size={16} aria-hidden />
              </Base.Close>
            </div>
            {props.children && <div className="min-h-0 overflow-y-auto px-5 pb-4">{props.children}</div>}
            {props.footer && (
              <div className="flex flex-wrap justify-end gap-2 border-t border-border px-5 py-3">
                {props.footer}
              </div>
            )}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
