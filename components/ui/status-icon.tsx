import { Ban, CircleCheck, Clock } from "lucide-react";

import { cn } from "#components/ui/cn.ts";
import { FailedCircle, HalfCircle, ProgressRing } from "#components/ui/icons.tsx";
import type { Status } from "#components/ui/status.ts";

type StatusIconProps = {
  status: Status;
  /** While running: fills the ring; null turns it. */
  percent?: number | null;
  size?: number;
  className?: string;
};

/** The picture of a status. The word stands beside it: it is hidden from screen readers. */
export function StatusIcon({ status, percent = null, size = 16, className }: StatusIconProps) {
  switch (status) {
    case "queued":
      return <Clock size={size} aria-hidden className={cn("text-queued", className)} />;
    case "running":
      return <ProgressRing percent={percent} size={size} className={cn("text-running", className)} />;
    case "succeeded":
      return <CircleCheck size={size} aria-hidden className={cn("text-succeeded", className)} />;
    case "partial":
      return <HalfCircle size={size} className={cn("text-partial", className)} />;
    case "failed":
      return <FailedCircle size={size} className={cn("text-failed", className)} />;
    case "canceled":
      return <Ban size={size} aria-hidden className={cn("text-canceled", className)} />;
  }
}
