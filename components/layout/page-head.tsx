import type { ReactNode } from "react";

type PageHeadProps = { title: string; children?: ReactNode };

/** A page's title, and what can be done on it. */
export function PageHead({ title, children }: PageHeadProps) {
  return (
    <div className="flex min-h-14 flex-wrap items-center gap-2 px-4 pt-3 pb-2 lg:px-6 lg:pt-4">
      <h1 className="text-lg font-semibold">{title}</h1>
      {children && <div className="ms-auto flex items-center gap-2">{children}</div>}
    </div>
  );
}
