export type RunResult = { done: number; failures: { id: string; error: unknown }[]; isStopped: boolean };

type RunOptions = {
  /** How many at once. */
  parallel?: number;
  signal?: AbortSignal;
  onProgress?: (finished: number) => void;
};

/**
 * Does the same to each of several ids and counts honestly: what failed is listed, and after a stop what was not begun
 * counts as neither.
 */
export async function runEach(
  ids: readonly string[],
  act: (id: string) => Promise<unknown>,
  { parallel = 4, signal, onProgress }: RunOptions = {},
): Promise<RunResult> {
  const waiting = [...ids];
  const failures: RunResult["failures"] = [];
  let done = 0;
  async function lane() {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      if (signal?.aborted) {
        waiting.unshift(id);
        return;
      }
      try {
        await act(id);
        done += 1;
      } catch (error) {
        failures.push({ id, error });
      }
      onProgress?.(done + failures.length);
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallel, ids.length) }, lane));
  return { done, failures, isStopped: waiting.length > 0 };
}
