import type { CSSProperties } from "react";

import { cn } from "#components/ui/cn.ts";
import type { Status } from "#components/ui/status.ts";

export type Rung = { id: string; status: Exclude<Status, "partial">; percent: number | null };

type RungBarProps = {
  rungs: readonly Rung[];
  /** Height in px. */
  size?: 4 | 6 | 8;
  className?: string;
};

/** One segment per job. Beyond 16 the segments would be hairs, so one bar shows the mean. Decorative: say it in words too. */
export function RungBar({ rungs, size = 4, className }: RungBarProps) {
  return (
    <span aria-hidden className={cn("rungs w-16 flex-none", className)} data-size={size}>
      {(rungs.length > 16 ? [meanRung(rungs)] : rungs).map((rung) => (
        <i
          key={rung.id}
          data-state={rung.status}
          style={
            rung.status === "running"
              ? ({ "--percent": `${rung.percent ?? 0}%` } as CSSProperties)
              : undefined
          }
        />
      ))}
    </span>
  );
}

function meanRung(rungs: readonly Rung[]): Rung {
  const ended = (rung: Rung) =>
    rung.status === "queued" ? 0 : rung.status === "running" ? (rung.percent ?? 0) : 100;
  const failed = rungs.some((rung) => rung.status === "failed");
  const running = rungs.some((rung) => rung.status === "running" || rung.status === "queued");
  return {
    id: "mean",
    status: running ? "running" : failed ? "failed" : "succeeded",
    percent: rungs.reduce((sum, rung) => sum + ended(rung), 0) / rungs.length,
  };
}
