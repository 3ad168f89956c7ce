import { readFileSync } from "node:fs";

/** Seconds of processors and of the clock that some work took. */
export type Cost = { cpu: number; wall: number };

/** What the processes that `work` starts and waits for cost together. Nothing else may be started meanwhile. */
export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const [cpu, started] = [childSeconds(), performance.now()];
  await work();
  return { cpu: childSeconds() - cpu, wall: (performance.now() - started) / 1000 };
}

/** Processor seconds of all children that were waited for, theirs included; the kernel counts in hundredths. */
function childSeconds(): number {
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/**
 * Two ways of doing the same, in turn and each first as often as the other; prints each pair.
 * @returns what the first way costs of the second, pair by pair
 */
export async function comparePairs(
  pairs: number,
  names: readonly [string, string],
  [one, other]: readonly [() => Promise<unknown>, () => Promise<unknown>],
): Promise<Cost[]> {
  const ratios: Cost[] = [];
  for (let pair = 1; pair <= pairs; pair++) {
    const isOneFirst = pair % 2 === 1;
    const first = await costOf(isOneFirst ? one : other);
    const second = await costOf(isOneFirst ? other : one);
    const [mine, its] = isOneFirst ? [first, second] : [second, first];
    ratios.push({ cpu: mine.cpu / its.cpu, wall: mine.wall / its.wall });
    console.log(`Pair ${pair}: ${names[0]} ${showCost(mine)}, ${names[1]} ${showCost(its)}`);
  }
  return ratios;
}

const showCost = ({ cpu, wall }: Cost): string => `${wall.toFixed(1)} s (processor ${cpu.toFixed(1)} s)`;

/** The middle one, with three digits. */
export function median(all: readonly number[]): string {
  const sorted = all.toSorted((a, b) => a - b);
  return (sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toFixed(3);
}
