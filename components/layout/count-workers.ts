import type { WorkerView } from "#lib/workers/view.ts";

/** How many workers answer, of how many that should: the list leaves out those that a restart replaced. */
export function countWorkers(workers: readonly Pick<WorkerView, "state">[]): {
  online: number;
  offline: number;
  total: number;
} {
  const online = workers.filter(({ state }) => state !== "offline").length;
  return { online, offline: workers.length - online, total: workers.length };
}
