import { PrismaPg } from "@prisma/adapter-pg";
import type { ITXClientDenyList } from "@prisma/client/runtime/client";

import { PrismaClient } from "#lib/db/generated/client.ts";
import { getEnv } from "#lib/env.ts";

/** Connections per process. Web and worker each have one pool, beside pg-boss's own. */
const POOL_SIZE = 10;
const TRANSACTION_WAIT_MS = 5_000;
const TRANSACTION_TIMEOUT_MS = 15_000;

function createClient(databaseUrl: string) {
  return new PrismaClient({
    adapter: new PrismaPg({ connectionString: databaseUrl, max: POOL_SIZE }),
    transactionOptions: { maxWait: TRANSACTION_WAIT_MS, timeout: TRANSACTION_TIMEOUT_MS },
    // Secrets cannot leave by accident: who needs one says `omit: { …: false }` or selects it by name.
    omit: {
      user: { passwordHash: true },
      accessKey: { secretEncrypted: true },
      output: { credentialsEncrypted: true },
      webhookEndpoint: { secretEncrypted: true, previousSecretEncrypted: true },
      invite: { tokenHash: true },
    },
  });
}

/** The Prisma client, with `passwordHash`, `secretEncrypted`, `credentialsEncrypted` and `tokenHash` left out of results. */
export type Db = ReturnType<typeof createClient>;
/** What runs inside a transaction; a {@link Db} is accepted wherever one is. */
export type Tx = Omit<Db, ITXClientDenyList>;

const shared = globalThis as typeof globalThis & { vodDb?: Db | undefined };

/** This process's client, made on the first call from `getEnv().databaseUrl`. */
export function db(): Db {
  shared.vodDb ??= createClient(getEnv().databaseUrl);
  return shared.vodDb;
}

/** Closes this process's pool; the next {@link db} opens a new one. */
export async function closeDb(): Promise<void> {
  const client = shared.vodDb;
  shared.vodDb = undefined;
  await client?.$disconnect();
}
