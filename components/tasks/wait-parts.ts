/** A wait as it is said: whole minutes (0: less than one), from an hour and a half on whole hours. */
export function waitParts(seconds: number): { unit: "minutes" | "hours"; count: number } {
  if (seconds < 90 * 60) return { unit: "minutes", count: Math.round(seconds / 60) };
  return { unit: "hours", count: Math.round(seconds / 3600) };
}
