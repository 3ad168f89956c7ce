import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { lockOwnOutput } from "#lib/outputs/lock-own-output.ts";
import { outputFacts } from "#lib/outputs/output-facts.ts";

/**
 * Deletes an Output with its keys, when no task on record publishes to it or reads from it. No file is touched. Role admin.
 * @throws {AppError} `not_found`; `conflict` when tasks use it: their number is in the message; it can be archived instead
 */
export async function deleteOutput(ctx: Ctx, outputId: string): Promise<void> {
  requireRole(ctx, "admin");
  await db().$transaction(async (tx) => {
    const row = await lockOwnOutput(tx, ctx, outputId);
    const usedBy = await tx.task.count({ where: { outputId: row.id } });
    if (usedBy > 0)
      throw new AppError(
        "conflict",
        `${usedBy === 1 ? "1 task has" : `${usedBy} tasks have`} used this Output, so it stays. Archive it instead: it can then not be chosen for new tasks.`,
      );
    await recordAudit(tx, ctx, {
      action: "output.delete",
      object: { kind: "output", id: row.id, name: row.name },
      before: outputFacts(row),
    });
    await tx.output.delete({ where: { id: row.id } });
  });
}
