import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db, type Tx } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { showId } from "#lib/ids.ts";
import { getOutputDetail } from "#lib/outputs/get-output-detail.ts";
import { lockOwnOutput } from "#lib/outputs/lock-own-output.ts";
import type { OutputDetail } from "#lib/outputs/view.ts";

/** More than these are only counted. */
const NAMED_TASKS = 3;

/**
 * Takes an Output out of use: it cannot be chosen for new tasks. Its files stay, so do their links, and it keeps its name.
 * Archiving what is archived changes nothing. Role admin.
 * @throws {AppError} `not_found`; `conflict` while tasks that publish to it are queued or running: they are named
 */
export async function archiveOutput(ctx: Ctx, outputId: string): Promise<OutputDetail> {
  requireRole(ctx, "admin");
  await db().$transaction(async (tx) => {
    const row = await lockOwnOutput(tx, ctx, outputId);
    if (row.archivedAt !== null) return;
    await refuseWhileUsed(tx, row.id);
    await tx.output.update({ where: { id: row.id }, data: { archivedAt: new Date() } });
    await recordAudit(tx, ctx, {
      action: "output.archive",
      object: { kind: "output", id: row.id, name: row.name },
    });
  });
  return getOutputDetail(ctx, outputId);
}

async function refuseWhileUsed(tx: Tx, outputId: string): Promise<void> {
  const where = { outputId, status: { in: ["queued" as const, "running" as const] } };
  const [count, first] = [
    await tx.task.count({ where }),
    await tx.task.findMany({
      where,
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
      take: NAMED_TASKS,
      select: { id: true, name: true },
    }),
  ];
  if (count === 0) return;
  const names = first.map(({ id, name }) => `${name} (${showId("task", id)})`).join(", ");
  const more = count > first.length ? ` and ${count - first.length} more` : "";
  throw new AppError(
    "conflict",
    `${count === 1 ? "1 task is" : `${count} tasks are`} queued or running for this Output: ${names}${more}. Cancel ${count === 1 ? "it" : "them"} or wait, then archive the Output.`,
    { issues: first.map(({ id, name }) => ({ path: `tasks.${showId("task", id)}`, message: name })) },
  );
}
