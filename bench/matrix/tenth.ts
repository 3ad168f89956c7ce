/**
 * Whether a pair (by the numbers of its source and its template) is in the tenth that `npm test` runs: diagonals of the
 * table, so that every source and every template is in it, as long as there are ten of each.
 */
export const inTenth = (source: number, template: number): boolean => (3 * source + 7 * template) % 10 === 7;
