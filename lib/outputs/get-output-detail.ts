import type { Ctx } from "#lib/context.ts";
import { db, type Tx } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";
import { withUse } from "#lib/outputs/list-output-summaries.ts";
import type { OutputDetail } from "#lib/outputs/view.ts";

/**
 * An Output with its settings and its use: by id also an archived one, by exact name one in use.
 * @throws {AppError} `not_found`
 */
export async function getOutputDetail(ctx: Ctx, idOrName: string): Promise<OutputDetail> {
  const detail = await findOutputDetail(ctx, idOrName);
  if (detail === null) throw new AppError("not_found", "There is no such Output in this project.");
  return detail;
}

/** The same, or null when there is none. */
export async function findOutputDetail(ctx: Ctx, idOrName: string): Promise<OutputDetail | null> {
  const id = readId("output", idOrName);
  const row = await db().output.findFirst({
    where: { projectId: ctx.projectId, ...(id === null ? { name: idOrName, archivedAt: null } : { id }) },
  });
  if (row === null) return null;
  const [summary] = await withUse(ctx, [row]);
  return summary ? { ...summary, isPlaceFixed: await isPlaceFixed(db(), row.id) } : null;
}

/**
 * Whether tasks on record have published files in the Output (UUID) or are about to: their manifests name files by their
 * path inside of it, so its place must stay (docs/decisions/041).
 */
export async function isPlaceFixed(client: Pick<Tx, "task">, outputId: string): Promise<boolean> {
  const user = await client.task.findFirst({
    where: {
      outputId,
      OR: [
        { status: { in: ["queued", "running"] } },
        { jobs: { some: { manifest: { not: Prisma.AnyNull } } } },
      ],
    },
    select: { id: true },
  });
  return user !== null;
}
