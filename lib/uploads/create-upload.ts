import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { formatBytes } from "#lib/format.ts";
import { newId } from "#lib/ids.ts";
import { parseInput } from "#lib/parse-input.ts";
import { cleanUploadName, createUploadSchema } from "#lib/uploads/schema.ts";
import { toUploadView } from "#lib/uploads/to-upload-view.ts";
import type { UploadView } from "#lib/uploads/view.ts";

/** Unfinished uploads of one project; more would let one client fill the table and the disk with beginnings. */
export const MAX_OPEN_UPLOADS = 200;
/** An upload that stands still for this long is given up. */
export const UPLOAD_IDLE_MS = 24 * 3600 * 1000;

export type NewUpload = {
  /** UUID: the name of the stored file. */
  uploadId: string;
  view: UploadView;
};

/**
 * Announces a file that a client is about to send. Role operator.
 * @throws {AppError} `invalid_input`; `too_large` over UPLOAD_MAX_BYTES; `rate_limited` with too many unfinished ones
 */
export async function createUpload(ctx: Ctx, input: unknown): Promise<NewUpload> {
  requireRole(ctx, "operator");
  const { name, mime, sizeBytes } = parseInput(createUploadSchema, input);
  const limit = getEnv().uploadMaxBytes;
  if (sizeBytes > limit) {
    const [has, may] = [formatBytes(sizeBytes, "en"), formatBytes(limit, "en")];
    throw new AppError("too_large", `This file has ${has}; at most ${may} can be uploaded.`);
  }
  const row = await db().$transaction(async (tx) => {
    // One at a time per project, or parallel calls would all find room for the last one.
    await tx.$queryRaw`SELECT 1 FROM "Project" WHERE id = ${ctx.projectId}::uuid FOR NO KEY UPDATE`;
    const open = await tx.upload.count({
      where: { projectId: ctx.projectId, state: "uploading", expiresAt: { gt: new Date() } },
    });
    if (open >= MAX_OPEN_UPLOADS) {
      const message = `${open} uploads of this project are unfinished. Finish or remove some of them first.`;
      throw new AppError("rate_limited", message, { retryAfterSeconds: 60 });
    }
    return tx.upload.create({
      data: {
        id: newId(),
        projectId: ctx.projectId,
        userId: ctx.actor.kind === "user" ? ctx.actor.id : null,
        name: cleanUploadName(name),
        mime,
        sizeBytes: BigInt(sizeBytes),
        expiresAt: new Date(Date.now() + UPLOAD_IDLE_MS),
      },
    });
  });
  return { uploadId: row.id, view: toUploadView(row) };
}
