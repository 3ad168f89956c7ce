import { clsx, type ClassValue } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

const merge = extendTailwindMerge({ extend: { theme: { shadow: ["1", "2", "3"], text: ["md"] } } });

/** Joins class names; where two set the same property the later wins. */
export function cn(...values: ClassValue[]): string {
  return merge(clsx(values));
}
