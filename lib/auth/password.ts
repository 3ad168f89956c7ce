import { hash, verify } from "@node-rs/argon2";

import { AppError } from "#lib/errors.ts";

/** Argon2id, 19 MiB, two passes, one lane: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Each hash holds 19 MiB and a core for about 30 ms: this many at once, that many waiting, the rest is told to come back. */
const MOST_AT_ONCE = 2;
const MOST_WAITING = 32;

type Gate = { running: number; waiting: (() => void)[]; nobody: Promise<string> | null };

/** An argon2id hash in PHC form (`$argon2id$v=19$…`), salt included. */
export function hashPassword(plain: string): Promise<string> {
  return inTurn(() => hash(plain, COST));
}

/**
 * Whether `plain` is the password of `passwordHash`. With null (no such user) it works as long and answers false, so
 * that the time of the answer does not tell which accounts exist.
 */
export async function verifyPassword(passwordHash: string | null, plain: string): Promise<boolean> {
  const gate = theGate();
  if (passwordHash !== null) return inTurn(() => verify(passwordHash, plain));
  gate.nobody ??= hash("nobody's password", COST);
  const nobody = await gate.nobody;
  await inTurn(() => verify(nobody, plain));
  return false;
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const gate = theGate();
  if (gate.running >= MOST_AT_ONCE) {
    if (gate.waiting.length >= MOST_WAITING)
      throw new AppError(
        "unavailable",
        "Too many people are signing in at this moment. Try again in a few seconds.",
        {
          retryAfterSeconds: 5,
        },
      );
    // The one who leaves hands over its place: `running` stays as it is.
    await new Promise<void>((resolve) => gate.waiting.push(resolve));
  } else gate.running++;
  try {
    return await work();
  } finally {
    const next = gate.waiting.shift();
    if (next) next();
    else gate.running--;
  }
}

/** On globalThis: one gate per process, whichever bundle asks. */
function theGate(): Gate {
  const shared = globalThis as typeof globalThis & { vodConsolePasswordGate?: Gate };
  return (shared.vodConsolePasswordGate ??= { running: 0, waiting: [], nobody: null });
}
