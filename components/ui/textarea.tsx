import type { ComponentProps } from "react";

import { cn } from "#components/ui/cn.ts";

/** Several lines of text; grows with them where the browser can, up to `max-h`. */
export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return (
    <textarea
      rows={3}
      {...rest}
      className={cn(
        "block field-sizing-content max-h-60 min-h-9 w-full min-w-0 resize-y rounded-md border border-control bg-surface px-2.5 py-[7px] text-base text-fg max-md:min-h-10",
        "focus-visible:border-transparent focus-visible:outline-2 focus-visible:outline-offset-[-1px] aria-invalid:border-failed",
        className,
      )}
    />
  );
}
