"use client";

import { useTranslations } from "next-intl";
import { useState, type ReactNode } from "react";

import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";

type OnceDialogProps = {
  open: boolean;
  title: ReactNode;
  description: ReactNode;
  items: readonly { label: string; value: string }[];
  /** After "I have copied it": nobody can be shown it again. */
  onClose: () => void;
};

/** Shows what is never shown again, and does not close before somebody says that they have it. */
export function OnceDialog({ open, title, description, items, onClose }: OnceDialogProps) {
  const t = useTranslations("common.once");
  const [isCopied, setIsCopied] = useState(false);
  const [isWarned, setIsWarned] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={(isOpen) => {
        if (isOpen) return;
        if (isCopied) onClose();
        else setIsWarned(true);
      }}
      title={title}
      description={description}
      size="md"
      isAlert
      footer={
        <Button variant="primary" disabledReason={isCopied ? null : t("tick")} onClick={onClose}>
          {t("done")}
        </Button>
      }
    >
      <div className="grid gap-3">
        {items.map(({ label, value }) => (
          <div key={label}>
            <p className="mb-1 font-medium">{label}</p>
            <p className="flex min-h-9 items-center gap-2 rounded-md border border-border bg-sunken py-1 ps-3 pe-1">
              <code className="min-w-0 flex-1 font-mono text-xs wrap-anywhere">{value}</code>
              <CopyButton text={value} label={label} />
            </p>
          </div>
        ))}
        {isWarned && !isCopied && (
          <Banner tone="partial" role="alert">
            {t("warning")}
          </Banner>
        )}
        <label className="flex min-h-8 items-center gap-2">
          <input
            type="checkbox"
            className="check"
            checked={isCopied}
            onChange={(event) => setIsCopied(event.target.checked)}
          />
          {t("copied")}
        </label>
      </div>
    </Dialog>
  );
}
