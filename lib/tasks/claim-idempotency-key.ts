import type { Ctx } from "#lib/context.ts";
import type { Tx } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";

/**
 * Writes down that `key` makes `taskId`, in the caller's transaction. Null: the key was free (or its 24 h are over), go
 * on. A UUID: the same request made that task before. Of several calls at once, one goes on and the others wait here for
 * its commit; if it rolls back, the next one goes on.
 * @throws {AppError} `conflict` when the key came with another request
 */
export async function claimIdempotencyKey(
  tx: Tx,
  ctx: Ctx,
  { key, bodyHash, taskId }: { key: string; bodyHash: string; taskId: string },
): Promise<string | null> {
  const claimed = await tx.$queryRaw<unknown[]>`
    INSERT INTO "IdempotencyKey" AS held ("projectId", key, "bodyHash", "taskId", "createdAt")
    VALUES (${ctx.projectId}::uuid, ${key}, ${bodyHash}, ${taskId}::uuid, now())
    ON CONFLICT ("projectId", key) DO UPDATE
      SET "bodyHash" = excluded."bodyHash", "taskId" = excluded."taskId", "createdAt" = excluded."createdAt"
      WHERE held."createdAt" < now() - interval '24 hours'
    RETURNING 1`;
  if (claimed.length === 1) return null;
  const held = await tx.idempotencyKey.findUniqueOrThrow({
    where: { projectId_key: { projectId: ctx.projectId, key } },
  });
  if (held.bodyHash === bodyHash) return held.taskId;
  throw new AppError(
    "conflict",
    "This idempotency key was used for another request in the last 24 hours. Use a new key.",
  );
}
