import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import type { Upload } from "#lib/db/generated/client.ts";
import { readId } from "#lib/ids.ts";

/**
 * The row of an upload that this caller began: a user's own, or one begun with an access key when a key asks. Another's
 * is missing, so that nobody can write into it. `uploadId`: `upl_…` or UUID.
 */
export async function findOwnUpload(ctx: Ctx, uploadId: string): Promise<Upload | null> {
  const id = readId("upload", uploadId);
  if (id === null) return null;
  const userId = ctx.actor.kind === "user" ? ctx.actor.id : null;
  return db().upload.findFirst({
    where: { id, projectId: ctx.projectId, userId, state: { not: "removed" } },
  });
}
