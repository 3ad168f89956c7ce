import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";

import { cn } from "#components/ui/cn.ts";

export const chipVariants = cva(
  "inline-flex h-6 items-center gap-1.5 rounded-full ps-1.5 pe-2 text-xs font-medium whitespace-nowrap [&>svg]:size-3.5",
  {
    variants: {
      tone: {
        queued: "bg-queued-soft text-queued-fg",
        running: "bg-running-soft text-running-fg",
        succeeded: "bg-succeeded-soft text-succeeded-fg",
        partial: "bg-partial-soft text-partial-fg",
        failed: "bg-failed-soft text-failed-fg",
        canceled: "bg-canceled-soft text-canceled-fg",
      },
    },
    defaultVariants: { tone: "queued" },
  },
);

/** A pill for page headers; lists use a bare icon and a word. */
export function Chip({
  tone,
  className,
  ...rest
}: ComponentProps<"span"> & VariantProps<typeof chipVariants>) {
  return <span {...rest} className={cn(chipVariants({ tone }), className)} />;
}
