import { requireRole, type Ctx } from "#lib/context.ts";
import { db, type Tx } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { formatBytes } from "#lib/format.ts";
import { newId } from "#lib/ids.ts";
import { parseInput } from "#lib/parse-input.ts";
import { UPLOAD_IDLE_MS } from "#lib/uploads/is-arriving.ts";
import { reserveSpace } from "#lib/uploads/reserve-space.ts";
import { cleanUploadName, createUploadSchema } from "#lib/uploads/schema.ts";
import { toUploadView } from "#lib/uploads/to-upload-view.ts";
import type { UploadView } from "#lib/uploads/view.ts";

/** Unfinished uploads of one project; more would let one client fill the table and the disk with beginnings. */
export const MAX_OPEN_UPLOADS = 200;
/** Of one user in it, so that nobody takes all of them; programs with an access key have the project's number. */
export const MAX_OPEN_UPLOADS_OF_USER = 100;

export type NewUpload = {
  /** UUID: the name of the stored file. */
  uploadId: string;
  view: UploadView;
};

/**
 * Announces a file that a client is about to send, and reserves room for it. Role operator.
 * @throws {AppError} `invalid_input`; `too_large` over UPLOAD_MAX_BYTES or the project's quota; `rate_limited` with too
 * many unfinished ones; NoSpaceError when the disk is too full
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
    // Takes a lock that holds until the row is there: parallel calls would all find room for the last one.
    await reserveSpace(tx, ctx.projectId, sizeBytes);
    await checkOpenUploads(tx, ctx);
    return tx.upload.create({
      data: {
        id: newId(),
        projectId: ctx.projectId,
        userId: userIdOf(ctx),
        name: cleanUploadName(name),
        mime,
        sizeBytes: BigInt(sizeBytes),
        expiresAt: new Date(Date.now() + UPLOAD_IDLE_MS),
      },
    });
  });
  return { uploadId: row.id, view: toUploadView(ctx, row) };
}

async function checkOpenUploads(tx: Tx, ctx: Ctx): Promise<void> {
  const open = { state: "uploading", expiresAt: { gt: new Date() }, projectId: ctx.projectId } as const;
  const userId = userIdOf(ctx);
  const ofProject = await tx.upload.count({ where: open });
  const ofUser = userId === null ? 0 : await tx.upload.count({ where: { ...open, userId } });
  if (ofProject < MAX_OPEN_UPLOADS && ofUser < MAX_OPEN_UPLOADS_OF_USER) return;
  const message =
    ofUser >= MAX_OPEN_UPLOADS_OF_USER
      ? `${ofUser} of your uploads are unfinished. Finish or remove some of them first.`
      : `${ofProject} uploads of this project are unfinished. Finish or remove some of them first.`;
  throw new AppError("rate_limited", message, { retryAfterSeconds: 60 });
}

function userIdOf({ actor }: Ctx): string | null {
  return actor.kind === "user" ? actor.id : null;
}
