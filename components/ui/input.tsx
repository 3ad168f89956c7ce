import type { ComponentProps, ReactNode } from "react";

import { cn } from "#components/ui/cn.ts";

export const inputBoxClass = [
  "flex w-full min-w-0 items-center gap-2 rounded-md border border-control bg-surface px-2.5 text-base text-fg",
  "has-[input:focus-visible]:border-transparent has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-offset-[-1px] has-[input:focus-visible]:outline-focus",
  "has-[[aria-invalid=true]]:border-failed",
].join(" ");

type InputProps = Omit<ComponentProps<"input">, "size"> & {
  /** 36 px (40 on phones) or 32 px. */
  size?: "md" | "sm";
  /** An icon or words before the text. */
  start?: ReactNode;
  /** A button or a unit after it. */
  end?: ReactNode;
  boxClassName?: string;
};

/** A one-line text field. Name it with a label or `aria-label`. */
export function Input({ size = "md", start, end, className, boxClassName, ...rest }: InputProps) {
  return (
    <span
      className={cn(
        inputBoxClass,
        size === "md" ? "h-9 max-md:h-10" : "h-8 text-sm max-md:h-10",
        end && "pe-1",
        boxClassName,
      )}
    >
      {start && <span className="flex flex-none text-subtle">{start}</span>}
      <input {...rest} className={cn("h-full min-w-0 flex-1 bg-transparent outline-none", className)} />
      {end}
    </span>
  );
}
