import type { WorkerView } from "#lib/workers/view.ts";

/**
 * How many workers answer, of how many that should. One that went while another of the same host took its place (a
 * restart) is not missing.
 */
export function countWorkers(workers: readonly WorkerView[]): { online: number; total: number } {
  const alive = workers.filter(({ state }) => state !== "offline");
  const names = new Set(alive.map(({ name }) => name));
  const missing = new Set(workers.filter(({ name }) => !names.has(name)).map(({ name }) => name));
  return { online: alive.length, total: alive.length + missing.size };
}
