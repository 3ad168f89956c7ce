import { db } from "#lib/db/client.ts";
import { FailureError } from "#lib/errors.ts";
import { isInAttemptFolder } from "#lib/jobs/manifest.ts";
import { logger } from "#lib/log.ts";
import { openStore, STORABLE_OUTPUT, type StoreEnv } from "#lib/storage/open-store.ts";
import { s3Trouble } from "#lib/storage/s3-failure.ts";
import type { Store } from "#lib/storage/store.ts";

/** What a server says that does not know unfinished uploads. */
const UNKNOWN_TO_SERVER = new Set([405, 501]);

/**
 * Aborts uploads to buckets that began before this moment, which no attempt can outlive, and that were ours: into an
 * attempt's folder, or to the name of a job's primary. Others may keep files in the same bucket.
 */
export async function sweepTransfers(env: StoreEnv, before: Date): Promise<void> {
  const outputs = await db().output.findMany({ where: { type: "s3" }, select: STORABLE_OUTPUT });
  for (const output of outputs) {
    try {
      const count = await sweepStore(openStore(output, env, { patienceMs: 0 }), output.id, before);
      if (count > 0) logger("sweep").info({ outputId: output.id, count }, "aborted unfinished uploads");
    } catch (error) {
      const status = error instanceof FailureError ? s3Trouble(error.cause)?.status : null;
      // An Output that is out of reach, or that nobody can write to, must not keep the others from being swept.
      if (!UNKNOWN_TO_SERVER.has(status ?? 0))
        logger("sweep").warn({ err: error, outputId: output.id }, "could not sweep an Output's uploads");
    }
  }
}

async function sweepStore(store: Store, outputId: string, before: Date): Promise<number> {
  let count = 0;
  for await (const { path, startedAt, abort } of store.transfers()) {
    if (startedAt >= before || !(await isOurs(path, outputId))) continue;
    await abort();
    count++;
  }
  return count;
}

async function isOurs(path: string, outputId: string): Promise<boolean> {
  if (isInAttemptFolder(path)) return true;
  return (await db().job.count({ where: { primaryPath: path, task: { outputId } } })) > 0;
}
