import type { ComponentProps } from "react";

import { cn } from "#components/ui/cn.ts";

/** Our own drawings, beside lucide's: 24-unit grid, decorative unless a label is given. */

type IconProps = Omit<ComponentProps<"svg">, "children"> & { size?: number };

const RUNGS = [
  { y: 5.2, width: 3.6 },
  { y: 8.1, width: 7.2 },
  { y: 11, width: 10.8 },
  { y: 13.9, width: 7.2 },
  { y: 16.8, width: 3.6 },
];

/** The mark: a play triangle made of rungs. */
export function LogoMark({ size = 24, className, ...rest }: IconProps) {
  return (
    <svg
      {...rest}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      aria-hidden
      className={cn("flex-none", className)}
    >
      <rect width="24" height="24" rx="6" className="fill-accent" />
      <g className="fill-on-accent">
        {RUNGS.map((rung) => (
          <rect key={rung.y} x="7" y={rung.y} width={rung.width} height="2" rx="1" />
        ))}
      </g>
    </svg>
  );
}

/** The mark with the product's name. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <span className="flex items-center gap-2">
      <LogoMark size={size} />
      <span className="text-md font-semibold tracking-[-0.02em] whitespace-nowrap">
        VOD<span className="font-normal text-muted"> Console</span>
      </span>
    </span>
  );
}

/** A ring whose arc is the percentage; it turns when the percentage is unknown. */
export function ProgressRing({
  percent,
  size = 16,
  className,
  ...rest
}: IconProps & { percent: number | null }) {
  const arc = percent === null ? 28 : Math.max(0, Math.min(100, percent));
  return (
    <svg
      {...rest}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={3}
      aria-hidden
      className={cn("flex-none", percent === null && "animate-spin", className)}
    >
      <circle cx="12" cy="12" r="9" opacity=".25" />
      <circle
        cx="12"
        cy="12"
        r="9"
        pathLength={100}
        strokeDasharray={`${arc} 100`}
        transform="rotate(-90 12 12)"
      />
    </svg>
  );
}

/** Half filled: some of it succeeded. */
export function HalfCircle({ size = 16, className, ...rest }: IconProps) {
  return (
    <svg
      {...rest}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      aria-hidden
      className={cn("flex-none", className)}
    >
      <circle cx="12" cy="12" r="9" />
      <path d="M12 3a9 9 0 0 1 0 18z" fill="currentColor" />
    </svg>
  );
}

/** A filled circle with a cross: heavy, so that it reads in grey too. */
export function FailedCircle({ size = 16, className, ...rest }: IconProps) {
  return (
    <svg
      {...rest}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      aria-hidden
      className={cn("flex-none", className)}
    >
      <circle cx="12" cy="12" r="10" fill="currentColor" />
      <path
        d="m9 9 6 6m0-6-6 6"
        fill="none"
        className="stroke-surface"
        strokeWidth={2}
        strokeLinecap="round"
      />
    </svg>
  );
}
