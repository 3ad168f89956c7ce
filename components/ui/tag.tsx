import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";

import { cn } from "#components/ui/cn.ts";

export const tagVariants = cva(
  "inline-flex h-5 items-center gap-1 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap",
  {
    variants: {
      tone: {
        neutral: "bg-queued-soft text-muted",
        accent: "bg-accent-soft text-accent-fg",
        warning: "bg-partial-soft text-partial-fg",
        failed: "bg-failed-soft text-failed-fg",
      },
    },
    defaultVariants: { tone: "neutral" },
  },
);

/** A small fact beside something: a version, a format, a label. */
export function Tag({ tone, className, ...rest }: ComponentProps<"span"> & VariantProps<typeof tagVariants>) {
  return <span {...rest} className={cn(tagVariants({ tone }), className)} />;
}
