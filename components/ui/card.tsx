import type { ComponentProps, ReactNode } from "react";

import { cn } from "#components/ui/cn.ts";

/** A separate object with an edge. Cards are never nested. */
export function Card({ className, ...rest }: ComponentProps<"section">) {
  return <section {...rest} className={cn("rounded-lg border border-border bg-surface", className)} />;
}

/** A card's title, 44 px, with a hairline under it. */
export function CardHeader({ id, children, aside }: { id?: string; children: ReactNode; aside?: ReactNode }) {
  return (
    <div className="flex min-h-11 items-center gap-2 border-b border-border px-4">
      <h2 id={id} className="font-semibold">
        {children}
      </h2>
      {aside && <div className="ms-auto flex items-center gap-2">{aside}</div>}
    </div>
  );
}

/** A list of facts: name left, value right of it. */
export function Facts({ children, className }: { children: ReactNode; className?: string }) {
  return <dl className={cn("px-4 py-2", className)}>{children}</dl>;
}

export function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div className="flex gap-3 py-1">
      <dt className="w-24 flex-none text-subtle">{name}</dt>
      <dd className="min-w-0 flex-1 wrap-anywhere">{children}</dd>
    </div>
  );
}
