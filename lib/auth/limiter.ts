import { RateLimiterPrisma, RateLimiterRes } from "rate-limiter-flexible";

import { db, type Db } from "#lib/db/client.ts";

export type Limit = { name: string; points: number; seconds: number };
/** `isOver`: used up. `isFirst`: this call was the first that is over. */
export type Counted = { isOver: boolean; isFirst: boolean; retryAfterSeconds: number };

type Known = { client: Db; limiters: Map<string, RateLimiterPrisma> };

/** Counts one event of `key`, in the database, for all processes together. */
export async function count(limit: Limit, key: string): Promise<Counted> {
  try {
    await limiterOf(limit).consume(key);
    return { isOver: false, isFirst: false, retryAfterSeconds: 0 };
  } catch (thrown) {
    if (!(thrown instanceof RateLimiterRes)) throw thrown;
    return {
      isOver: true,
      isFirst: thrown.consumedPoints === limit.points + 1,
      retryAfterSeconds: Math.max(1, Math.ceil(thrown.msBeforeNext / 1000)),
    };
  }
}

/** Takes one event back. */
export async function giveBack(limit: Limit, key: string): Promise<void> {
  await limiterOf(limit).reward(key, 1);
}

/** Forgets every event of `key`. */
export async function forget(limit: Limit, key: string): Promise<void> {
  await limiterOf(limit).delete(key);
}

/** On globalThis, and made again when the client was (tests close theirs). */
function limiterOf({ name, points, seconds }: Limit): RateLimiterPrisma {
  const shared = globalThis as typeof globalThis & { vodConsoleLimits?: Known };
  const client = db();
  if (shared.vodConsoleLimits?.client !== client)
    shared.vodConsoleLimits = { client, limiters: new Map<string, RateLimiterPrisma>() };
  const { limiters } = shared.vodConsoleLimits;
  const known = limiters.get(name);
  if (known) return known;
  const limiter = new RateLimiterPrisma({
    storeClient: client,
    tableName: "rateLimiterFlexible",
    keyPrefix: name,
    points,
    duration: seconds,
  });
  limiters.set(name, limiter);
  return limiter;
}
