import { toAccessKeyView } from "#lib/access-keys/to-access-key-view.ts";
import type { AccessKeyView } from "#lib/access-keys/view.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";

/** The project's access keys, working ones first, then the newest first. Role admin. */
export async function listAccessKeys(ctx: Ctx): Promise<AccessKeyView[]> {
  requireRole(ctx, "admin");
  const rows = await db().accessKey.findMany({
    where: { projectId: ctx.projectId },
    orderBy: { id: "desc" },
  });
  const views = rows.map(toAccessKeyView);
  return [
    ...views.filter(({ revokedAt }) => revokedAt === null),
    ...views.filter(({ revokedAt }) => revokedAt !== null),
  ];
}
