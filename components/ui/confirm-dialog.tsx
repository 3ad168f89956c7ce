"use client";

import { useTranslations } from "next-intl";
import { useRef, type ReactNode } from "react";

import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";

export type ConfirmDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** The consequence, in a sentence. */
  description: ReactNode;
  /** Repeats the verb: "Cancel task", never "OK". */
  confirmLabel: ReactNode;
  /** The way back; by default "Keep it as it is". */
  dismissLabel?: ReactNode;
  onConfirm: () => void;
  pending?: boolean;
  tone?: "danger" | "primary";
  /** What went wrong the last time, kept in the dialog. */
  error?: ReactNode;
  children?: ReactNode;
};

/** Asks before something that cannot be undone. The safe answer has the focus. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const t = useTranslations("common");
  const dismiss = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={props.title}
      description={props.description}
      initialFocus={dismiss}
      isAlert
      footer={
        <>
          <Button ref={dismiss} variant="secondary" onClick={() => props.onOpenChange(false)}>
            {props.dismissLabel ?? t("keep")}
          </Button>
          <Button
            variant={props.tone === "primary" ? "primary" : "dangerPrimary"}
            pending={props.pending ?? false}
            onClick={props.onConfirm}
          >
            {props.confirmLabel}
          </Button>
        </>
      }
    >
      {(props.children || props.error) && (
        <div className="grid gap-3">
          {props.children}
          {props.error && (
            <p role="alert" className="rounded-md border border-failed-line bg-failed-soft px-3 py-2">
              {props.error}
            </p>
          )}
        </div>
      )}
    </Dialog>
  );
}
