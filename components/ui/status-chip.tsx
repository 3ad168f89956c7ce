import type { ReactNode } from "react";

import { Chip } from "#components/ui/chip.tsx";
import { StatusIcon } from "#components/ui/status-icon.tsx";
import type { Status } from "#components/ui/status.ts";

type StatusChipProps = {
  status: Status;
  percent?: number | null;
  /** The word, from `common.status`, with a detail where there is one. */
  children: ReactNode;
  className?: string;
};

/** A status in a page's header: icon, word, tint. */
export function StatusChip({ status, percent = null, children, className }: StatusChipProps) {
  return (
    <Chip tone={status} className={className}>
      <StatusIcon status={status} percent={percent} size={14} />
      {children}
    </Chip>
  );
}
