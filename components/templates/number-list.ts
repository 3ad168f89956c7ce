/** Numbers as one writes them in a row, and back. Pure. */

const BETWEEN = /[\s,;，；、]+/;

/** "0.5, 3 8" → [0.5, 3, 8]; what is no number becomes NaN, which no schema takes. */
export const readNumbers = (text: string): number[] =>
  text
    .split(BETWEEN)
    .filter((part) => part !== "")
    .map(Number);

export const writeNumbers = (numbers: readonly number[]): string =>
  numbers.map((one) => (Number.isFinite(one) ? String(one) : "")).join(", ");
