import type { Ctx } from "#lib/context.ts";
import type { Upload } from "#lib/db/generated/client.ts";
import { showId } from "#lib/ids.ts";
import { isArriving } from "#lib/uploads/is-arriving.ts";
import type { UploadView } from "#lib/uploads/view.ts";

export function toUploadView(ctx: Ctx, row: Upload): UploadView {
  return {
    id: showId("upload", row.id),
    name: row.name,
    sizeBytes: Number(row.sizeBytes),
    offsetBytes: Number(row.offsetBytes),
    state: row.state,
    isArriving: isArriving(row),
    isMine: row.userId === (ctx.actor.kind === "user" ? ctx.actor.id : null),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}
