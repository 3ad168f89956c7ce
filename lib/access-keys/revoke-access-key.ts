import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";

/**
 * Ends an access key (`key_…`) for good: the next call that carries it is refused. Its tasks go on and keep its name.
 * Role admin. Revoking twice is the same as revoking once.
 * @throws {AppError} `not_found`, `forbidden`
 */
export async function revokeAccessKey(ctx: Ctx, keyId: string): Promise<void> {
  requireRole(ctx, "admin");
  const id = readId("accessKey", keyId);
  const key =
    id === null
      ? null
      : await db().accessKey.findFirst({
          where: { id, projectId: ctx.projectId },
          select: { id: true, name: true, accessKeyId: true, role: true, dialects: true },
        });
  if (key === null) throw new AppError("not_found", "There is no such access key in this project.");
  await db().$transaction(async (tx) => {
    const { count } = await tx.accessKey.updateMany({
      where: { id: key.id, projectId: ctx.projectId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (count === 0) return;
    await recordAudit(tx, ctx, {
      action: "access_key.revoke",
      object: { kind: "accessKey", id: key.id, name: key.name },
      before: { accessKeyId: key.accessKeyId, role: key.role, dialects: key.dialects },
    });
  });
}
