import { RateLimiterPrisma, RateLimiterRes } from "rate-limiter-flexible";

import { db, type Db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";

/** Attempts per window; counted before the password is looked at, given back when it was right. */
const WINDOW_SECONDS = 15 * 60;
export const ATTEMPTS_PER_ACCOUNT = 10;
export const ATTEMPTS_PER_ADDRESS = 50;

type Limits = { client: Db; account: RateLimiterPrisma; address: RateLimiterPrisma };

/**
 * Counts one sign-in attempt, in the database, for all web processes together.
 * @throws {AppError} `rate_limited` once the account or the address has used up its attempts.
 */
export async function countSignInAttempt(account: string, address: string): Promise<void> {
  const limits = theLimits();
  await consume(limits.address, address);
  await consume(limits.account, account);
}

/** Gives the attempts back after a right password. */
export async function forgetSignInAttempts(account: string, address: string): Promise<void> {
  const limits = theLimits();
  await Promise.all([limits.account.delete(account), limits.address.reward(address, 1)]);
}

async function consume(limiter: RateLimiterPrisma, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (thrown) {
    if (!(thrown instanceof RateLimiterRes)) throw thrown;
    const retryAfterSeconds = Math.max(1, Math.ceil(thrown.msBeforeNext / 1000));
    throw new AppError(
      "rate_limited",
      `Too many attempts. Try again in ${Math.ceil(retryAfterSeconds / 60)} minutes.`,
      { retryAfterSeconds },
    );
  }
}

/** On globalThis, and made again when the client was (tests close theirs). */
function theLimits(): Limits {
  const shared = globalThis as typeof globalThis & { vodConsoleSignInLimits?: Limits };
  const client = db();
  if (shared.vodConsoleSignInLimits?.client === client) return shared.vodConsoleSignInLimits;
  const limiter = (keyPrefix: string, points: number) =>
    new RateLimiterPrisma({
      storeClient: client,
      tableName: "rateLimiterFlexible",
      keyPrefix,
      points,
      duration: WINDOW_SECONDS,
    });
  shared.vodConsoleSignInLimits = {
    client,
    account: limiter("sign-in-account", ATTEMPTS_PER_ACCOUNT),
    address: limiter("sign-in-address", ATTEMPTS_PER_ADDRESS),
  };
  return shared.vodConsoleSignInLimits;
}
