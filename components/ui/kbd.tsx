import type { ComponentProps } from "react";

import { cn } from "#components/ui/cn.ts";

/** A key. Decorative: the action that it belongs to has a name of its own. */
export function Kbd({ className, ...rest }: ComponentProps<"kbd">) {
  return (
    <kbd
      aria-hidden
      {...rest}
      className={cn(
        "inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-border bg-surface px-1 font-mono text-[11px] font-medium text-subtle",
        className,
      )}
    />
  );
}
