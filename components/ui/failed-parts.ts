type Retry = () => Promise<unknown>;

const failed = new Set<Retry>();
const listeners = new Set<() => void>();
/** How many wait to be tried again; a number, so that React can compare it. */
let count = 0;

function tell(): void {
  count = failed.size;
  for (const listener of listeners) listener();
}

/** Code that somebody has asked for (lazy-part.ts) and that could not be fetched; FailedParts shows that there is some. */
export function noteFailedPart(retry: Retry): void {
  failed.add(retry);
  tell();
}

/** Fetches all of it again, and opens what was asked for. What fails once more stays noted. Never throws. */
export async function retryFailedParts(): Promise<void> {
  const all = [...failed];
  const results = await Promise.allSettled(all.map((retry) => retry()));
  for (const [index, retry] of all.entries())
    if (results[index]?.status === "fulfilled") failed.delete(retry);
  tell();
}

export function subscribeFailedParts(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const countFailedParts = (): number => count;
