import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { getOutputDetail } from "#lib/outputs/get-output-detail.ts";
import { lockOwnOutput } from "#lib/outputs/lock-own-output.ts";
import type { OutputDetail } from "#lib/outputs/view.ts";

/** Brings an archived Output back into use. What is in use stays so. Role admin. @throws {AppError} `not_found` */
export async function unarchiveOutput(ctx: Ctx, outputId: string): Promise<OutputDetail> {
  requireRole(ctx, "admin");
  await db().$transaction(async (tx) => {
    const row = await lockOwnOutput(tx, ctx, outputId);
    if (row.archivedAt === null) return;
    await tx.output.update({ where: { id: row.id }, data: { archivedAt: null } });
    await recordAudit(tx, ctx, {
      action: "output.unarchive",
      object: { kind: "output", id: row.id, name: row.name },
    });
  });
  return getOutputDetail(ctx, outputId);
}
