import { cn } from "#components/ui/cn.ts";

/** A grey block of the size of what is coming. Give it a width and a height. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={cn("block animate-[pulse-dot_1.6s_ease-in-out_infinite] rounded-sm bg-track", className)}
    />
  );
}
