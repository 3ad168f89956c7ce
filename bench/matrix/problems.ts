import { isDeepStrictEqual } from "node:util";

/** What was found wrong, in words, instead of the first assertion that fails. */
export class Problems {
  readonly list: string[] = [];

  equal(what: string, got: unknown, wanted: unknown): void {
    if (!isDeepStrictEqual(got, wanted)) this.list.push(`${what}: ${show(got)}, not ${show(wanted)}`);
  }

  near(what: string, got: number | null | undefined, wanted: number, tolerance: number): void {
    if (got == null || !(Math.abs(got - wanted) <= tolerance))
      this.list.push(`${what}: ${show(got)}, not ${show(wanted)}${tolerance > 0 ? ` ± ${tolerance}` : ""}`);
  }

  matches(what: string, got: string, wanted: RegExp | undefined): void {
    if (wanted === undefined || !wanted.test(got))
      this.list.push(`${what}: ${show(got)}, not ${String(wanted)}`);
  }
}

const show = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value));
