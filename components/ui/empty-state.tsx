import type { ReactElement, ReactNode } from "react";

import { cn } from "#components/ui/cn.ts";

type EmptyStateProps = {
  icon?: ReactElement;
  title: ReactNode;
  children?: ReactNode;
  /** One primary action. */
  action?: ReactNode;
  headingLevel?: 1 | 2 | 3;
  className?: string;
};

/** Nothing to show, why, and one way on. Give the icon at 20 px. */
export function EmptyState({ icon, title, children, action, headingLevel = 2, className }: EmptyStateProps) {
  const Heading = `h${headingLevel}` as const;
  return (
    <div className={cn("flex flex-col items-center px-6 py-16 text-center", className)}>
      {icon && (
        <span className="mb-4 grid size-10 place-items-center rounded-lg border border-border bg-sunken text-subtle [&>.lucide]:[stroke-width:1.5]">
          {icon}
        </span>
      )}
      <Heading className="text-md font-semibold">{title}</Heading>
      {children && <div className="mt-1 max-w-md text-muted text-balance">{children}</div>}
      {action && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
