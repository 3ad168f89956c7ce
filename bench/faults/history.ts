import { appendFileSync } from "node:fs";

/** What clients and receivers saw, in the order in which they saw it. */
export type HistoryLine =
  /** An answer to a create; status 0: the connection broke. */
  | { kind: "create"; key: string; status: number; taskId: string | null; at: number }
  /** An answer to any other call of a client. */
  | { kind: "call"; what: string; status: number; at: number }
  /** A request that the sink got, and what it answered; 0: nothing. */
  | { kind: "received"; path: string; id: string; bodyHash: string; answered: number; at: number }
  | { kind: "fault"; fault: string; detail: string; at: number }
  /** A settled status as it was first seen. */
  | { kind: "settled"; taskId: string; status: string; at: number }
  | { kind: "violation"; invariant: string; detail: string; at: number };

type Line<K> = K extends HistoryLine ? Omit<K, "at"> : never;

/** Kept in memory for the checker and, line by line, in a JSONL file for people. */
export class History {
  readonly lines: HistoryLine[] = [];
  readonly #file: string | null;

  constructor(file: string | null) {
    this.#file = file;
  }

  add(line: Line<HistoryLine>): void {
    const whole = { ...line, at: Date.now() };
    this.lines.push(whole);
    if (this.#file !== null) appendFileSync(this.#file, `${JSON.stringify(whole)}\n`);
  }

  of<K extends HistoryLine["kind"]>(kind: K): Extract<HistoryLine, { kind: K }>[] {
    return this.lines.filter((line): line is Extract<HistoryLine, { kind: K }> => line.kind === kind);
  }
}
