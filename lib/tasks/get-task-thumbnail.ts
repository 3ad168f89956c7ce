import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";

/**
 * A picture of a task's source, JPEG.
 * @throws {AppError} `not_found`, also when the task has none
 */
export async function getTaskThumbnail(ctx: Ctx, taskId: string): Promise<Uint8Array<ArrayBuffer>> {
  const id = readId("task", taskId);
  const row =
    id === null
      ? null
      : await db().taskThumbnail.findFirst({ where: { taskId: id, task: { projectId: ctx.projectId } } });
  if (row === null) throw new AppError("not_found", "This task has no picture.");
  return row.jpeg;
}
