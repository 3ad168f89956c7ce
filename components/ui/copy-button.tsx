"use client";

import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";

import { buttonVariants } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { copyText } from "#components/ui/copy-text.ts";
import { toast } from "#components/ui/toast.tsx";

type CopyButtonProps = {
  text: string;
  /** What it copies, for its name: "Copy tsk_…". Defaults to the text. */
  label?: string;
  size?: 24 | 28;
  className?: string;
};

/** Copies a text with one click, says that it did, and says so when the browser refused. */
export function CopyButton({ text, label, size = 28, className }: CopyButtonProps) {
  const t = useTranslations("common");
  const [isCopied, setIsCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  async function copy() {
    if (!(await copyText(text))) {
      toast.add({ type: "failed", title: t("copyFailed"), description: text });
      return;
    }
    setIsCopied(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setIsCopied(false), 1500);
  }

  const iconSize = size === 24 ? 14 : 16;
  return (
    <button
      type="button"
      aria-label={t("copyThing", { thing: label ?? text })}
      onClick={() => void copy()}
      className={cn(
        buttonVariants({ variant: "ghost", size: "sm", iconOnly: true }),
        size === 24 && "size-6 rounded-sm",
        className,
      )}
    >
      {isCopied ? (
        <Check size={iconSize} aria-hidden className="text-succeeded!" />
      ) : (
        <Copy size={iconSize} aria-hidden />
      )}
      <span className="sr-only" role="status">
        {isCopied ? t("copied") : ""}
      </span>
    </button>
  );
}
