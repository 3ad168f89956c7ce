/** Figures inside failure parameters: short, with their unit, the same in every language. */

/** 1_250_000 → "1.3 MB". */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${value} bytes` : `${value.toFixed(1)} ${units[unit]}`;
}

/** 2.0501 → "2.1 s". */
export const formatSeconds = (seconds: number): string => `${seconds.toFixed(1)} s`;
