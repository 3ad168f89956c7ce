import { cn } from "#components/ui/cn.ts";

type ProgressBarProps = {
  /** 0 to 100; null while nothing is known. */
  percent: number | null;
  /** What it measures, for a screen reader. */
  label: string;
  /** Spoken instead of the bare number. */
  valueText?: string;
  className?: string;
};

/** A bar of 6 px that fills. */
export function ProgressBar({ percent, label, valueText, className }: ProgressBarProps) {
  const shown = percent === null ? 0 : Math.min(100, Math.max(0, percent));
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent === null ? undefined : Math.floor(shown)}
      aria-valuetext={valueText}
      className={cn("block h-1.5 overflow-hidden rounded-xs bg-track forced-colors:outline", className)}
    >
      <span
        className="block h-full rounded-xs bg-running transition-[width] duration-(--dur-live) ease-linear forced-colors:bg-[Highlight]"
        style={{ width: `${shown}%` }}
      />
    </span>
  );
}
