import type { Dialect } from "#lib/access-keys/schema.ts";
import { count, type Limit } from "#lib/auth/limiter.ts";
import { readBasic, verifyAccessKey } from "#lib/auth/verify-access-key.ts";
import type { Ctx } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";

/** Wrong secrets within a minute, for one key id from one address, and for any from one address. */
export const FAILURES_PER_KEY = 20;
export const FAILURES_PER_ADDRESS = 100;
const WINDOW_SECONDS = 60;

const PER_KEY: Limit = { name: "key-failure", points: FAILURES_PER_KEY, seconds: WINDOW_SECONDS };
const PER_ADDRESS: Limit = {
  name: "key-failure-address",
  points: FAILURES_PER_ADDRESS,
  seconds: WINDOW_SECONDS,
};

/** A key id longer than this is none of ours. */
const KEY_ID_LENGTH = 128;
const MOST_BLOCKED = 10_000;

/**
 * The caller that an Authorization header proves, or null; see verifyAccessKey. Only failures are counted, so a program
 * that has its secret right costs no look-up; who has failed too often is refused for the rest of the minute without
 * one, by this process at least, and by the others after one more failure there.
 * @throws {AppError} `rate_limited`
 */
export async function checkAccessKey(
  authorization: string,
  dialect: Dialect,
  address: string,
): Promise<Ctx | null> {
  const keyId = (readBasic(authorization)?.user ?? "").slice(0, KEY_ID_LENGTH);
  const places: readonly (readonly [Limit, string])[] = [
    [PER_ADDRESS, address],
    [PER_KEY, `${address} ${keyId}`],
  ];
  for (const [limit, key] of places) refuseBlocked(`${limit.name} ${key}`);
  const ctx = await verifyAccessKey(authorization, dialect);
  if (ctx !== null) return ctx;
  for (const [limit, key] of places) {
    const counted = await count(limit, key);
    if (!counted.isOver) continue;
    block(`${limit.name} ${key}`, counted.retryAfterSeconds);
    throw tooMany(counted.retryAfterSeconds);
  }
  return null;
}

function refuseBlocked(key: string): void {
  const until = blocked().get(key);
  if (until === undefined) return;
  const left = until - Date.now();
  if (left > 0) throw tooMany(Math.ceil(left / 1000));
  blocked().delete(key);
}

function block(key: string, seconds: number): void {
  const all = blocked();
  // The oldest goes first; the database still knows it.
  if (all.size >= MOST_BLOCKED) for (const oldest of all.keys()) if (all.delete(oldest)) break;
  all.set(key, Date.now() + seconds * 1000);
}

function tooMany(retryAfterSeconds: number): AppError {
  return new AppError(
    "rate_limited",
    `Too many requests with a wrong access key. Correct it, then try again in ${retryAfterSeconds} seconds.`,
    { retryAfterSeconds },
  );
}

/** On globalThis: the server and Next's bundle of the handlers each load this module. */
function blocked(): Map<string, number> {
  const shared = globalThis as typeof globalThis & { vodConsoleBlockedKeys?: Map<string, number> };
  return (shared.vodConsoleBlockedKeys ??= new Map<string, number>());
}
