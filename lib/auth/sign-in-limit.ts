import { setTimeout as sleep } from "node:timers/promises";

import { count, forget, giveBack, type Counted, type Limit } from "#lib/auth/limiter.ts";
import { AppError } from "#lib/errors.ts";

/** Attempts per window; counted before the password is looked at, given back when it was right. */
const WINDOW_SECONDS = 15 * 60;
/** On one account from one address: a person who has forgotten the password, or a guesser. */
export const ATTEMPTS_PER_PAIR = 10;
/** From one address on any account. */
export const ATTEMPTS_PER_ADDRESS = 50;
/** On one account from any address; beyond it every attempt takes longer, but none is refused. */
export const ATTEMPTS_PER_ACCOUNT = 100;
/** What a guesser with many addresses pays for each attempt beyond ATTEMPTS_PER_ACCOUNT. */
export const ACCOUNT_DELAY_MS = 2_000;

const PAIR: Limit = { name: "sign-in-pair", points: ATTEMPTS_PER_PAIR, seconds: WINDOW_SECONDS };
const ADDRESS: Limit = { name: "sign-in-address", points: ATTEMPTS_PER_ADDRESS, seconds: WINDOW_SECONDS };
const ACCOUNT: Limit = { name: "sign-in-account", points: ATTEMPTS_PER_ACCOUNT, seconds: WINDOW_SECONDS };

/** Too many attempts; `isFirst` is true once per window, for the audit log. */
export class SignInLimitError extends AppError {
  readonly isFirst: boolean;

  constructor({ isFirst, retryAfterSeconds }: Counted) {
    const minutes = Math.ceil(retryAfterSeconds / 60);
    super(
      "rate_limited",
      `Too many attempts. Try again in ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`,
      { retryAfterSeconds },
    );
    this.isFirst = isFirst;
  }
}

/**
 * Counts one sign-in attempt, in the database, for all web processes together. A stranger elsewhere cannot lock an
 * account: only the address that tries is refused, and an account that many try is slowed down for everybody.
 * @throws {SignInLimitError} once the address has used up its attempts, on this account or at all.
 */
export async function countSignInAttempt(account: string, address: string): Promise<void> {
  const ofAddress = await count(ADDRESS, address);
  if (ofAddress.isOver) throw new SignInLimitError(ofAddress);
  const ofPair = await count(PAIR, pairOf(account, address));
  if (ofPair.isOver) throw new SignInLimitError(ofPair);
  if ((await count(ACCOUNT, account)).isOver) await sleep(ACCOUNT_DELAY_MS);
}

/** Gives the attempts back after a right password. That of the account stays: others may be guessing meanwhile. */
export async function forgetSignInAttempts(account: string, address: string): Promise<void> {
  await Promise.all([forget(PAIR, pairOf(account, address)), giveBack(ADDRESS, address)]);
}

/** An address holds no space. */
function pairOf(account: string, address: string): string {
  return `${address} ${account}`;
}
