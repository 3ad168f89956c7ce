import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";
import { toUploadView } from "#lib/uploads/to-upload-view.ts";
import type { UploadView } from "#lib/uploads/view.ts";

/**
 * An upload of this project; anyone in it may see how far it is.
 * @throws {AppError} `not_found`
 */
export async function getUpload(ctx: Ctx, uploadId: string): Promise<UploadView> {
  const id = readId("upload", uploadId);
  const row = id === null ? null : await db().upload.findFirst({ where: { id, projectId: ctx.projectId } });
  if (row === null) throw new AppError("not_found", "There is no such upload in this project.");
  return toUploadView(ctx, row);
}
