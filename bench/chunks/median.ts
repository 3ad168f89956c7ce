/** The middle one, in two decimals. */
export function median(all: readonly number[]): string {
  const sorted = all.toSorted((a, b) => a - b);
  return (sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toFixed(2);
}
