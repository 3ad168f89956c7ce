import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

import { cn } from "#components/ui/cn.ts";

const TONES = {
  failed: { Icon: CircleAlert, box: "border-failed-line bg-failed-soft", icon: "text-failed-fg" },
  partial: { Icon: TriangleAlert, box: "border-partial-line bg-partial-soft", icon: "text-partial-fg" },
  queued: { Icon: Info, box: "border-queued-line bg-sunken", icon: "text-muted" },
} as const;

type BannerProps = {
  tone?: keyof typeof TONES;
  children: ReactNode;
  action?: ReactNode;
  /** `alert` interrupts a screen reader, `status` waits. */
  role?: "alert" | "status";
  className?: string;
};

/** A sentence about the page above what it is about. */
export function Banner({ tone = "failed", children, action, role, className }: BannerProps) {
  const { Icon, box, icon } = TONES[tone];
  return (
    <div role={role} className={cn("flex items-start gap-2 rounded-lg border p-3", box, className)}>
      <Icon size={16} aria-hidden className={cn("mt-0.5", icon)} />
      <div className="min-w-0 flex-1">{children}</div>
      {action && <div className="-my-1 flex-none">{action}</div>}
    </div>
  );
}
