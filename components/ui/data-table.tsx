import type { ComponentProps, ReactNode } from "react";

import { cn } from "#components/ui/cn.ts";

export type DataColumn = {
  key: string;
  label: ReactNode;
  /** Width, and from which width on it is there; the row's cell needs the same. */
  className?: string;
  /** A column of buttons has a name for screen readers alone. */
  isLabelHidden?: boolean;
};

type DataTableProps = {
  caption: string;
  columns: readonly DataColumn[];
  isBusy?: boolean;
  /** {@link DataRow}s. */
  children: ReactNode;
  className?: string;
};

/**
 * A table over the whole width; below 768 px each row becomes a card. The roles are written out because browsers drop a
 * table's own when its display changes.
 */
export function DataTable({ caption, columns, isBusy = false, children, className }: DataTableProps) {
  return (
    <table
      role="table"
      aria-busy={isBusy || undefined}
      className={cn(
        "w-full table-fixed border-separate border-spacing-0 border-t border-border text-start transition-opacity duration-(--dur-base) max-md:block",
        isBusy && "opacity-60",
        className,
      )}
    >
      <caption className="sr-only">{caption}</caption>
      <thead role="rowgroup" className="max-md:sr-only">
        <tr role="row">
          {columns.map(({ key, label, className: width, isLabelHidden }) => (
            <th
              key={key}
              role="columnheader"
              scope="col"
              className={cn(
                "h-8 border-b border-border bg-surface px-3 text-start text-xs font-medium whitespace-nowrap text-subtle first:ps-4 last:pe-4 lg:first:ps-6 lg:last:pe-6",
                width,
              )}
            >
              {isLabelHidden ? <span className="sr-only">{label}</span> : label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className="max-md:block">
        {children}
      </tbody>
    </table>
  );
}

export function DataRow({ className, ...rest }: ComponentProps<"tr">) {
  return (
    <tr
      {...rest}
      role="row"
      className={cn(
        "group transition-colors duration-(--dur-fast) hover:bg-hover",
        "max-md:relative max-md:grid max-md:gap-y-2 max-md:border-b max-md:border-border max-md:px-4 max-md:py-3",
        className,
      )}
    />
  );
}

export function DataCell({ className, ...rest }: ComponentProps<"td">) {
  return (
    <td
      {...rest}
      role="cell"
      className={cn(
        "h-11 border-b border-border px-3 py-1.5 first:ps-4 last:pe-4 lg:first:ps-6 lg:last:pe-6",
        "max-md:block max-md:h-auto max-md:border-0 max-md:p-0!",
        className,
      )}
    />
  );
}

/** A value with its column's name before it, which is there on phones alone. */
export function Labelled({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <span className="max-md:flex max-md:gap-2">
      <span className="w-24 flex-none text-subtle md:hidden">{label}</span>
      <span className="min-w-0">{children}</span>
    </span>
  );
}
