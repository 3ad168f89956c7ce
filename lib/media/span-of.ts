/**
 * The first and the last of times in any order; Infinity and -Infinity of none. By a loop: a film has more frames than a
 * function can be given arguments.
 */
export function spanOf(times: readonly number[]): { first: number; last: number } {
  const span = { first: Infinity, last: -Infinity };
  for (const time of times) {
    if (time < span.first) span.first = time;
    if (time > span.last) span.last = time;
  }
  return span;
}
