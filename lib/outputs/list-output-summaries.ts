import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import type { Output } from "#lib/db/generated/client.ts";
import { lastTestOf } from "#lib/outputs/test-outcome.ts";
import { toOutputView } from "#lib/outputs/to-output-view.ts";
import type { OutputSummary } from "#lib/outputs/view.ts";
import { deliveryRates } from "#lib/webhooks/delivery-rates.ts";
import { showUrl } from "#lib/webhooks/to-delivery-view.ts";

/** Rows as the client gives them: without the credentials. */
export type OwnOutputRow = Omit<Output, "credentialsEncrypted">;

/** The project's Outputs in use, oldest first, or (`isArchived`) those that were taken out of use, the last one first. */
export async function listOutputSummaries(
  ctx: Ctx,
  { isArchived = false }: { isArchived?: boolean } = {},
): Promise<OutputSummary[]> {
  const rows = await db().output.findMany({
    where: { projectId: ctx.projectId, archivedAt: isArchived ? { not: null } : null },
    orderBy: isArchived ? [{ archivedAt: "desc" }, { id: "desc" }] : [{ createdAt: "asc" }, { id: "asc" }],
  });
  return withUse(ctx, rows);
}

/** Adds to each Output what the project's tasks and callbacks have made of it. */
export async function withUse(ctx: Ctx, rows: readonly OwnOutputRow[]): Promise<OutputSummary[]> {
  const ids = rows.map(({ id }) => id);
  const own = { projectId: ctx.projectId, outputId: { in: ids } };
  const [all, active, keyed, rateOf] = await Promise.all([
    db().task.groupBy({
      by: ["outputId"],
      where: own,
      _count: { _all: true },
      _max: { createdAt: true },
    }),
    db().task.groupBy({
      by: ["outputId"],
      where: { ...own, status: { in: ["queued", "running"] } },
      _count: { _all: true },
    }),
    db().output.findMany({
      where: { id: { in: ids }, projectId: ctx.projectId, credentialsEncrypted: { not: null } },
      select: { id: true },
    }),
    deliveryRates(ctx),
  ]);
  const allById = new Map(all.map((group) => [group.outputId, group]));
  const activeById = new Map(active.map((group) => [group.outputId, group._count._all]));
  const keyedIds = new Set(keyed.map(({ id }) => id));
  return rows.map((row) => ({
    ...toSettings(ctx, row),
    hasCredentials: keyedIds.has(row.id),
    taskCount: allById.get(row.id)?._count._all ?? 0,
    activeTaskCount: activeById.get(row.id) ?? 0,
    lastUsedAt: allById.get(row.id)?._max.createdAt?.toISOString() ?? null,
    lastTest: lastTestOf(row),
    callbackRate: rateOf(row.id),
  }));
}

function toSettings(ctx: Ctx, row: OwnOutputRow) {
  return {
    ...toOutputView(row),
    folder: ctx.role === "admin" ? row.folder : null,
    endpoint: row.endpoint,
    region: row.region,
    bucket: row.bucket,
    prefix: row.prefix,
    forcePathStyle: row.forcePathStyle,
    callbackUrl: row.callbackUrl === null ? null : showUrl(ctx, row.callbackUrl),
    archivedAt: row.archivedAt?.toISOString() ?? null,
  };
}
