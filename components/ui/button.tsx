"use client";

import { cva, type VariantProps } from "class-variance-authority";
import Link from "next/link";
import type { ComponentProps, MouseEvent } from "react";

import { cn } from "#components/ui/cn.ts";
import { Tooltip } from "#components/ui/tooltip.tsx";

export const buttonVariants = cva(
  [
    "inline-flex flex-none items-center justify-center gap-1.5 rounded-md border border-transparent font-medium whitespace-nowrap text-fg",
    "transition-[background-color,border-color] duration-(--dur-fast) active:translate-y-[0.5px]",
    "[&>.lucide]:-ms-0.5 [&>.lucide]:text-muted",
    "aria-disabled:cursor-not-allowed aria-disabled:text-disabled aria-disabled:shadow-none aria-disabled:[&>.lucide]:text-disabled aria-disabled:active:translate-y-0",
  ],
  {
    variants: {
      variant: {
        primary:
          "bg-accent text-on-accent shadow-1 hover:bg-accent-hover [&>.lucide]:text-inherit aria-disabled:bg-sunken aria-disabled:border-border",
        secondary: "border-border-strong bg-raised shadow-1 hover:bg-hover aria-disabled:bg-sunken",
        ghost: "hover:bg-hover aria-disabled:bg-transparent",
        danger: "text-failed-fg hover:bg-failed-soft [&>.lucide]:text-inherit aria-disabled:bg-transparent",
        dangerPrimary:
          "border-failed-line bg-failed-soft text-failed-fg hover:border-failed [&>.lucide]:text-inherit aria-disabled:bg-sunken",
        inverse: "rounded-full bg-inverse text-on-inverse shadow-2 hover:bg-fg [&>.lucide]:text-inherit",
      },
      size: {
        sm: "h-7 px-2.5",
        md: "h-8 px-3",
        lg: "h-10 px-4 text-base",
      },
      iconOnly: { true: "p-0 [&>.lucide]:mx-0" },
    },
    compoundVariants: [
      { iconOnly: true, size: "sm", class: "w-7 px-0" },
      { iconOnly: true, size: "md", class: "w-8 px-0" },
      { iconOnly: true, size: "lg", class: "w-10 px-0" },
    ],
    defaultVariants: { variant: "secondary", size: "md" },
  },
);

export type ButtonProps = Omit<ComponentProps<"button">, "disabled"> &
  VariantProps<typeof buttonVariants> & {
    /** Why it cannot be pressed now. The button stays focusable and says so. */
    disabledReason?: string | null | undefined;
    /** Busy: keeps its place, cannot be pressed twice. */
    pending?: boolean;
  };

/** A button. Give `disabledReason` instead of `disabled`; an icon-only one needs `aria-label`. */
export function Button({
  variant,
  size,
  iconOnly,
  disabledReason,
  pending,
  className,
  onClick,
  type,
  ...rest
}: ButtonProps) {
  const isBlocked = Boolean(disabledReason) || pending === true;
  const button = (
    <button
      {...rest}
      type={type ?? "button"}
      aria-disabled={isBlocked || undefined}
      aria-busy={pending || undefined}
      className={cn(buttonVariants({ variant, size, iconOnly }), className)}
      onClick={(event: MouseEvent<HTMLButtonElement>) => {
        if (isBlocked) {
          event.preventDefault();
          event.stopPropagation();
          return;
        }
        onClick?.(event);
      }}
    />
  );
  return disabledReason ? <Tooltip content={disabledReason}>{button}</Tooltip> : button;
}

export type ButtonLinkProps = ComponentProps<typeof Link> & VariantProps<typeof buttonVariants>;

/** A link that looks like a button. */
export function ButtonLink({ variant, size, iconOnly, className, ...rest }: ButtonLinkProps) {
  return <Link {...rest} className={cn(buttonVariants({ variant, size, iconOnly }), className)} />;
}
